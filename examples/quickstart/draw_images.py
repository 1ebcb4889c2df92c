"""Draw the pictures of the quickstart policy into `images/`.

    python draw_images.py

The pictures are drawn by code so that they can be published, checked and changed like everything else here. Needs
Pillow, and nothing else: the font is the one inside Pillow. The same Pillow draws the same bytes every time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 384, 288
DETAIL = 3
"""Pictures are drawn this many times larger and scaled down, which smooths the edges."""

COLOURS = 64
"""A palette of this size keeps every file small without visible loss on flat drawings."""

Point = tuple[float, float]

INK = "#2d3142"
PAPER = "#fbfaf6"
SKIN = "#e0ac85"
DARK_SKIN = "#a9714b"


class Sketch:
    """A canvas measured in points of the final picture, whatever the size it is drawn at."""

    def __init__(self, background: str) -> None:
        self._image = Image.new("RGB", (WIDTH * DETAIL, HEIGHT * DETAIL), background)
        self._draw = ImageDraw.Draw(self._image)

    def box(self, left: float, top: float, right: float, bottom: float, fill: str, *, round_by: float = 0) -> None:
        corners = [left * DETAIL, top * DETAIL, right * DETAIL, bottom * DETAIL]
        self._draw.rounded_rectangle(corners, radius=round_by * DETAIL, fill=fill)

    def disc(self, x: float, y: float, radius: float, fill: str, *, flat: float = 1.0) -> None:
        """A filled circle; `flat` below 1 presses it to an ellipse."""
        high = radius * flat
        box = [(x - radius) * DETAIL, (y - high) * DETAIL, (x + radius) * DETAIL, (y + high) * DETAIL]
        self._draw.ellipse(box, fill=fill)

    def shape(self, *points: Point, fill: str) -> None:
        self._draw.polygon([(x * DETAIL, y * DETAIL) for x, y in points], fill=fill)

    def stroke(self, *points: Point, fill: str, width: float = 3) -> None:
        """A line through the points, with round ends and joints."""
        scaled = [(x * DETAIL, y * DETAIL) for x, y in points]
        self._draw.line(scaled, fill=fill, width=round(width * DETAIL), joint="curve")
        for x, y in points:
            self.disc(x, y, width / 2, fill)

    def arc(self, x: float, y: float, radius: float, start: float, end: float, fill: str, width: float = 3) -> None:
        """Part of a circle, from `start` to `end` degrees, clockwise from three o'clock."""
        box = [(x - radius) * DETAIL, (y - radius) * DETAIL, (x + radius) * DETAIL, (y + radius) * DETAIL]
        self._draw.arc(box, start, end, fill=fill, width=round(width * DETAIL))

    def words(self, x: float, y: float, text: str, size: float, fill: str = INK, anchor: str = "la") -> None:
        font = ImageFont.load_default(size=size * DETAIL)
        self._draw.text((x * DETAIL, y * DETAIL), text, font=font, fill=fill, anchor=anchor)

    def finished(self) -> Image.Image:
        small = self._image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        return small.quantize(COLOURS, dither=Image.Dither.NONE)


def judo() -> Image.Image:
    """Two people practise a judo hold on mats."""
    sketch = Sketch("#e9e4d8")
    sketch.box(0, 0, 384, 34, "#d8d0bf")
    sketch.shape((0, 196), (384, 196), (384, 288), (0, 288), fill="#5f9e8f")
    for x in (-70, 58, 186, 314):
        sketch.stroke((x + 60, 196), (x, 288), fill="#4c8577", width=2)
    sketch.stroke((0, 236), (384, 236), fill="#4c8577", width=2)
    sketch.disc(150, 262, 62, "#4c8577", flat=0.14)
    sketch.disc(232, 262, 62, "#4c8577", flat=0.14)

    white, blue = "#f8f8f5", "#3f6fb0"
    sketch.stroke((146, 176), (124, 216), (116, 256), fill="#d9d9d4", width=24)
    sketch.stroke((146, 176), (170, 214), (176, 256), fill=white, width=24)
    sketch.stroke((240, 176), (262, 216), (272, 256), fill="#355f98", width=24)
    sketch.stroke((240, 176), (220, 214), (212, 256), fill=blue, width=24)
    sketch.stroke((158, 112), (146, 172), fill=white, width=44)
    sketch.stroke((228, 112), (240, 172), fill=blue, width=44)
    sketch.stroke((126, 166), (168, 174), fill=INK, width=7)
    sketch.stroke((218, 174), (260, 166), fill="#8c4a2f", width=7)
    sketch.stroke((158, 106), (190, 132), (222, 122), fill="#e3e3de", width=17)
    sketch.stroke((230, 106), (198, 120), (166, 138), fill="#4a7cc0", width=17)
    sketch.disc(225, 122, 8, SKIN)
    sketch.disc(164, 138, 8, DARK_SKIN)
    sketch.disc(168, 72, 21, SKIN)
    sketch.disc(220, 72, 21, DARK_SKIN)
    sketch.shape((147, 68), (153, 52), (170, 48), (186, 56), (176, 62), (160, 62), (152, 74), fill="#6b4a2f")
    sketch.shape((241, 68), (235, 52), (218, 48), (202, 56), (212, 62), (228, 62), (236, 74), fill="#241a16")
    for x in (116, 176, 272, 212):
        sketch.disc(x, 264, 11, SKIN if x < 200 else DARK_SKIN, flat=0.5)
    return sketch.finished()


def police_tape() -> Image.Image:
    """Police tape across an empty street at night."""
    sketch = Sketch("#27304d")
    sketch.disc(318, 44, 17, "#f1e7c4")
    for left, top, right, colour in ((0, 62, 78, "#1c2338"), (78, 92, 132, "#212a44"), (252, 84, 318, "#212a44")):
        sketch.box(left, top, right, 214, colour)
    sketch.box(318, 70, 384, 214, "#1c2338")
    for x, y in ((14, 82), (46, 82), (14, 122), (96, 112), (272, 104), (334, 90), (334, 130), (358, 90)):
        sketch.box(x, y, x + 13, y + 18, "#f0c869" if (x + y) % 3 else "#3a4668")
    sketch.shape((0, 214), (132, 190), (252, 190), (384, 214), (384, 288), (0, 288), fill="#3d4357")
    sketch.shape((186, 196), (198, 196), (202, 218), (182, 218), fill="#cfd3dd")
    sketch.shape((180, 228), (204, 228), (210, 262), (174, 262), fill="#cfd3dd")
    sketch.stroke((148, 96), (148, 200), fill="#12172a", width=5)
    sketch.stroke((148, 96), (170, 92), fill="#12172a", width=5)
    sketch.shape((164, 94), (182, 94), (206, 194), (140, 194), fill="#6d6a5e")
    sketch.disc(173, 95, 8, "#ffe6a0")
    for (x1, y1), (x2, y2) in (((-10, 190), (394, 236)), ((-10, 250), (394, 206))):
        sketch.stroke((x1, y1), (x2, y2), fill="#f3c52c", width=17)
        for step in range(0, 404, 44):
            at, slope = x1 + step, (y2 - y1) / (x2 - x1)
            high = y1 + step * slope - 8
            low = high + 16
            sketch.shape((at, high), (at + 15, high + 15 * slope), (at + 9, low + 9 * slope), (at - 6, low), fill=INK)
    return sketch.finished()


def phone_message() -> Image.Image:
    """A phone shows a message: 'Your account is locked. Confirm now.'"""
    sketch = Sketch("#d9e6ee")
    sketch.disc(192, 276, 128, "#c2d3de", flat=0.12)
    sketch.box(114, 12, 270, 276, INK, round_by=20)
    sketch.box(122, 30, 262, 256, PAPER, round_by=8)
    sketch.box(172, 18, 212, 23, "#565b70", round_by=2)
    sketch.disc(192, 266, 6, "#565b70")
    sketch.box(122, 30, 262, 60, "#e4e7ee", round_by=8)
    sketch.disc(138, 45, 9, "#9aa3b8")
    sketch.words(152, 45, "Unknown number", 11, anchor="lm")
    sketch.box(130, 74, 250, 172, "#e6e8ef", round_by=12)
    sketch.shape((130, 156), (130, 182), (150, 170), fill="#e6e8ef")
    sketch.words(140, 84, "Your account", 14)
    sketch.words(140, 102, "is locked.", 14)
    sketch.words(140, 124, "Confirm now:", 14)
    sketch.words(140, 146, "acc-check.example", 11, fill="#2a62c9")
    sketch.stroke((140, 160), (230, 160), fill="#2a62c9", width=1)
    sketch.words(192, 194, "Now", 10, fill="#868da1", anchor="mm")
    sketch.box(130, 226, 226, 246, "#eceef3", round_by=10)
    sketch.disc(243, 236, 10, "#3f8f6b")
    sketch.shape((239, 231), (249, 236), (239, 241), fill=PAPER)
    return sketch.finished()


def bank_letter() -> Image.Image:
    """A letter from a bank with a logo, an amount and a signature."""
    sketch = Sketch("#b98d63")
    sketch.stroke((0, 58), (384, 40), fill="#ad8058", width=2)
    sketch.stroke((0, 190), (384, 172), fill="#ad8058", width=2)
    sketch.box(82, 16, 316, 280, "#94704e")
    sketch.box(76, 10, 310, 274, PAPER)
    sketch.shape((96, 36), (114, 24), (132, 36), fill="#1f5b8e")
    for x in (98, 108, 117, 127):
        sketch.box(x, 38, x + 4, 50, "#1f5b8e")
    sketch.box(95, 52, 133, 56, "#1f5b8e")
    sketch.words(142, 30, "RIVER BANK", 18, fill="#1f5b8e")
    sketch.words(290, 66, "3 March", 11, anchor="ra")
    sketch.words(96, 80, "Your loan", 14)
    for y, right in ((108, 284), (120, 270), (132, 288)):
        sketch.stroke((98, y), (right, y), fill="#c3c4c9", width=3)
    sketch.box(96, 148, 290, 178, "#e3edf5", round_by=4)
    sketch.words(106, 163, "Amount due", 12, anchor="lm")
    sketch.words(280, 163, "1,250.00", 16, anchor="rm")
    for y, right in ((194, 282), (206, 230)):
        sketch.stroke((98, y), (right, y), fill="#c3c4c9", width=3)
    swing = ((104, 244), (114, 222), (118, 246), (130, 230), (136, 246), (148, 232), (160, 246), (186, 234), (208, 238))
    sketch.stroke(*swing, fill="#23408f", width=2)
    sketch.words(104, 254, "Customer service", 9, fill="#6f7383")
    return sketch.finished()


def padlock() -> Image.Image:
    """A combination padlock on the door of a locker."""
    sketch = Sketch("#6d8ea6")
    sketch.box(0, 0, 58, 288, "#5a788e")
    sketch.box(326, 0, 384, 288, "#5a788e")
    sketch.stroke((58, 0), (58, 288), fill="#435b6d", width=4)
    sketch.stroke((326, 0), (326, 288), fill="#435b6d", width=4)
    for y in (26, 40, 54):
        sketch.box(132, y, 252, y + 6, "#4f6b80", round_by=3)
    sketch.box(168, 92, 216, 130, "#c9ccd2", round_by=5)
    sketch.disc(192, 112, 9, "#4d5361")
    for colour, width in (("#8d929e", 15), ("#b9bdc7", 8)):
        sketch.arc(192, 138, 38, 180, 360, colour, width)
        for middle in (192 - 38 + width / 2, 192 + 38 - width / 2):
            sketch.box(middle - width / 2, 137, middle + width / 2, 172, colour)
    sketch.box(132, 168, 252, 266, "#a97c1e", round_by=12)
    sketch.box(132, 164, 252, 260, "#d9a63a", round_by=12)
    sketch.box(148, 194, 236, 230, "#8a6517", round_by=5)
    for x, digit in zip((151, 173, 195, 217), "4071", strict=True):
        sketch.box(x, 197, x + 17, 227, PAPER, round_by=3)
        sketch.words(x + 8.5, 212, digit, 18, anchor="mm")
    return sketch.finished()


def bus_stop() -> Image.Image:
    """A woman waits at a bus stop."""
    sketch = Sketch("#cfe3ee")
    sketch.box(0, 84, 92, 214, "#b9c9d2")
    sketch.box(92, 110, 176, 214, "#c6d3da")
    sketch.box(296, 96, 384, 214, "#b9c9d2")
    windows = ((14, 102), (48, 102), (14, 140), (48, 140), (112, 130), (142, 130), (314, 114), (350, 114), (314, 150))
    for x, y in windows:
        sketch.box(x, y, x + 18, y + 22, "#e8f0f4")
    sketch.box(0, 214, 384, 244, "#c8c3b8")
    sketch.box(0, 244, 384, 288, "#777d86")
    sketch.box(0, 242, 384, 247, "#a9a498")
    for x in (20, 130, 240, 350):
        sketch.box(x, 266, x + 60, 270, "#e6e6e0")
    sketch.stroke((262, 66), (262, 226), fill="#4f5663", width=6)
    sketch.box(236, 44, 288, 96, "#2b6cb0", round_by=8)
    sketch.box(246, 54, 278, 80, PAPER, round_by=4)
    sketch.box(249, 58, 275, 67, "#2b6cb0")
    sketch.disc(253, 81, 4, PAPER)
    sketch.disc(271, 81, 4, PAPER)
    sketch.box(246, 118, 278, 156, PAPER, round_by=2)
    for y in (126, 134, 142):
        sketch.stroke((251, y), (273, y), fill="#a8adb8", width=2)

    sketch.disc(186, 232, 36, "#aca799", flat=0.16)
    sketch.stroke((179, 196), (178, 228), fill="#39415a", width=11)
    sketch.stroke((194, 196), (195, 228), fill="#39415a", width=11)
    sketch.box(168, 225, 184, 233, "#23283a", round_by=3)
    sketch.box(188, 225, 204, 233, "#23283a", round_by=3)
    sketch.shape((170, 128), (202, 128), (214, 206), (160, 206), fill="#c0392b")
    sketch.stroke((172, 132), (200, 132), fill="#c0392b", width=12)
    sketch.stroke((170, 136), (162, 164), (166, 184), fill="#a93226", width=12)
    sketch.stroke((203, 136), (211, 162), (205, 184), fill="#a93226", width=12)
    sketch.stroke((174, 128), (212, 186), fill="#6b4a2f", width=3)
    sketch.box(200, 182, 226, 206, "#8a5f3c", round_by=4)
    sketch.box(181, 112, 191, 128, SKIN)
    sketch.disc(186, 98, 21, "#4a3122")
    sketch.box(165, 98, 176, 124, "#4a3122", round_by=5)
    sketch.disc(190, 101, 16, SKIN)
    return sketch.finished()


def rainy_bench() -> Image.Image:
    """A person sits alone on a bench in the rain."""
    sketch = Sketch("#8694a3")
    for x, y, radius in ((70, 30, 34), (112, 24, 40), (160, 34, 30), (262, 26, 38), (308, 34, 32)):
        sketch.disc(x, y, radius, "#707e8d", flat=0.6)
    sketch.box(0, 214, 384, 288, "#66737c")
    sketch.disc(206, 254, 120, "#7d8b95", flat=0.12)
    sketch.stroke((52, 214), (52, 116), fill="#4b4640", width=12)
    sketch.stroke((52, 150), (82, 116), fill="#4b4640", width=6)
    sketch.stroke((52, 136), (24, 100), fill="#4b4640", width=6)
    sketch.stroke((76, 122), (74, 98), fill="#4b4640", width=4)
    for x in (132, 276):
        sketch.stroke((x, 150), (x, 246), fill="#3b3f46", width=6)
    for y in (158, 172):
        sketch.box(118, y, 290, y + 9, "#7c5a3c", round_by=2)
    sketch.box(112, 202, 296, 213, "#8b6644", round_by=2)

    coat = "#39506b"
    sketch.stroke((206, 200), (238, 206), (240, 244), fill="#2a2f3a", width=17)
    sketch.box(230, 240, 256, 250, "#1e222b", round_by=4)
    sketch.stroke((206, 152), (200, 196), fill=coat, width=38)
    sketch.stroke((212, 146), (230, 182), (246, 194), fill="#44607f", width=14)
    sketch.disc(220, 122, 20, coat)
    sketch.disc(227, 127, 13, SKIN)
    for row in range(7):
        for column in range(13):
            x = column * 32 + (row % 2) * 16 - 6
            y = row * 41 + (column * 17) % 29
            sketch.stroke((x, y), (x - 4, y + 15), fill="#c5d2dd", width=1.3)
    return sketch.finished()


def helpline_poster() -> Image.Image:
    """A poster with a phone and the words 'You can talk to us'."""
    sketch = Sketch("#d7cbb8")
    for y in (70, 142, 214):
        sketch.stroke((0, y), (384, y), fill="#c8baa3", width=2)
    sketch.box(104, 16, 288, 278, "#b7a88f")
    sketch.box(98, 10, 282, 272, "#2f7f86")
    sketch.box(108, 20, 272, 262, "#38969e")
    sketch.disc(190, 98, 54, "#f6d873")
    sketch.arc(190, 118, 34, 205, 335, INK, 13)
    sketch.box(152, 100, 176, 118, INK, round_by=6)
    sketch.box(204, 100, 228, 118, INK, round_by=6)
    for radius in (14, 24):
        sketch.arc(190, 82, radius, 225, 315, INK, 4)
    sketch.words(190, 180, "You can", 27, fill=PAPER, anchor="mm")
    sketch.words(190, 208, "talk to us", 27, fill=PAPER, anchor="mm")
    sketch.words(190, 240, "day and night", 14, fill="#f6e7b0", anchor="mm")
    for x in (104, 276):
        sketch.disc(x, 16, 4, "#c0392b")
    return sketch.finished()


def plate_and_scale() -> Image.Image:
    """A lettuce leaf on a plate beside a kitchen scale."""
    sketch = Sketch("#e8d9c3")
    for y in (74, 150, 226):
        sketch.stroke((0, y), (384, y - 8), fill="#dcc9ae", width=2)
    sketch.disc(134, 158, 112, "#cdb994", flat=0.86)
    sketch.disc(132, 150, 110, PAPER, flat=0.86)
    sketch.disc(132, 150, 78, "#eceae2", flat=0.86)
    sketch.shape(
        (96, 156), (104, 132), (122, 136), (132, 120), (148, 130), (166, 128), (168, 146), (182, 156), (166, 166),
        (158, 182), (138, 174), (122, 182), (112, 168), fill="#7fb34f",
    )  # fmt: skip
    sketch.stroke((100, 157), (172, 154), fill="#c9e3a4", width=3)
    for (x1, y1), (x2, y2) in (((122, 156), (132, 138)), ((144, 155), (154, 140)), ((124, 158), (136, 172))):
        sketch.stroke((x1, y1), (x2, y2), fill="#b5d98a", width=2)
    sketch.box(262, 86, 374, 218, "#b9a78a", round_by=12)
    sketch.box(258, 80, 370, 212, "#5b6475", round_by=12)
    sketch.disc(314, 130, 42, "#8992a3")
    sketch.disc(314, 127, 42, "#aeb6c4")
    sketch.box(280, 180, 348, 204, "#cfe2c4", round_by=4)
    sketch.words(342, 192, "12 g", 17, anchor="rm")
    return sketch.finished()


def measuring_tape() -> Image.Image:
    """A measuring tape beside a notebook with a column of numbers."""
    sketch = Sketch("#cdd6cf")
    sketch.box(166, 30, 350, 266, "#a9b3ab")
    sketch.box(160, 24, 344, 260, PAPER)
    for y in range(62, 250, 26):
        sketch.stroke((178, y), (334, y), fill="#c9d6e4", width=1.5)
    sketch.stroke((196, 26), (196, 258), fill="#e3b0ab", width=1.5)
    for y in range(38, 258, 22):
        sketch.disc(169, y, 4, "#8b958d")
    rows = (("Chest", "98"), ("Waist", "84"), ("Hip", "99"), ("Shoulder", "45"), ("Back", "64"), ("Sleeve", "61"))
    for row, (part, number) in enumerate(rows):
        y = 54 + row * 26
        sketch.words(206, y, part, 15, fill="#3a4a78", anchor="lm")
        sketch.words(326, y, number, 15, fill="#3a4a78", anchor="rm")
    sketch.box(15, 126, 37, 270, "#a9b3ab")
    sketch.disc(76, 126, 62, "#a9b3ab")
    sketch.disc(74, 120, 62, "#f0c13a")
    sketch.box(12, 120, 34, 262, "#f0c13a")
    for y in range(190, 260, 7):
        sketch.stroke((13, y), (25 if y % 2 else 21, y), fill=INK, width=1.3)
    sketch.box(11, 260, 35, 267, "#8992a3", round_by=2)
    for radius in (50, 38, 26):
        sketch.arc(74, 120, radius, 0, 360, "#c99a1d", 2)
    sketch.disc(74, 120, 13, "#cdd6cf")
    return sketch.finished()


PICTURES: tuple[Callable[[], Image.Image], ...] = (
    judo, police_tape, phone_message, bank_letter, padlock, bus_stop, rainy_bench, helpline_poster, plate_and_scale,
    measuring_tape,
)  # fmt: skip
"""Every picture is a function, which has the name of its file and, as its docstring, the picture's caption."""


def draw_all(folder: Path) -> list[Path]:
    """Draw every picture into `folder` and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for picture in PICTURES:
        file = folder / f"{picture.__name__}.png"
        picture().save(file, optimize=True)
        files.append(file)
    return files


if __name__ == "__main__":
    for drawn in draw_all(Path(__file__).parent / "images"):
        sys.stdout.write(f"{drawn.name}: {drawn.stat().st_size:,} bytes\n")
