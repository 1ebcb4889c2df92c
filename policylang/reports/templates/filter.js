// Shows the samples that fit the choices. Without JavaScript all of them stand on the page.
(function () {
  "use strict";
  var form = document.querySelector("form.filter");
  var samples = Array.prototype.slice.call(document.querySelectorAll("article.sample"));
  var heading = document.getElementById("rejected");
  if (!form || samples.length < 2) return;
  function apply() {
    var shown = 0, rejected = 0;
    samples.forEach(function (sample) {
      var fits = ["category", "label", "status"].every(function (name) {
        var wanted = form.elements[name].value;
        return !wanted || sample.getAttribute("data-" + name) === wanted;
      });
      sample.hidden = !fits;
      shown += fits ? 1 : 0;
      rejected += fits && sample.getAttribute("data-status") !== "accepted" ? 1 : 0;
    });
    if (heading) heading.hidden = rejected === 0;
    form.querySelector("output").textContent = shown + " of " + samples.length + " shown";
  }
  form.addEventListener("change", apply);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.hidden = false;
  apply();
})();
