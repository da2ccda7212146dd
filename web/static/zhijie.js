/* Shortens the way; every page works without it. Find key, list keys, selection sum, polling, version
   check, focus on errors, copy buttons. */
(function () {
  "use strict";
  var $ = function (q, r) { return (r || document).querySelector(q); };
  var $$ = function (q, r) { return Array.prototype.slice.call((r || document).querySelectorAll(q)); };
  var typing = function (e) {
    return e.isComposing || e.ctrlKey || e.metaKey || e.altKey ||
      /^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName) && e.target.type !== "checkbox";
  };

  /* Focus on the summary of errors. */
  var box = $("[data-focus]");
  if (box) { box.focus(); }

  /* Keys: / find, g then a letter, j k row, x select, Enter open, ? list. None of them moves money. */
  var going = 0;
  var go = { h: "/", s: "/sheets/", b: "/batches/", e: "/exceptions/", o: "/overdue/" };
  var rows = function () { return $$("table.list tbody tr, .queue li"); };
  var at = -1;
  var step = function (by) {
    var all = rows();
    if (!all.length) { return; }
    if (all[at]) { all[at].classList.remove("at"); }
    at = Math.max(0, Math.min(all.length - 1, at + by));
    all[at].classList.add("at");
    var link = $("a", all[at]);
    if (link) { link.focus(); }
    all[at].scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", function (e) {
    if (typing(e) || document.body.dataset.keys === "off") { return; }
    if (e.key === "/") { var f = $("[data-find]"); if (f) { e.preventDefault(); f.focus(); f.select(); } }
    else if (e.key === "j") { step(1); }
    else if (e.key === "k") { step(-1); }
    else if (e.key === "x") { var c = rows()[at] && $("input[type=checkbox]", rows()[at]); if (c) { c.click(); } }
    else if (e.key === "?") { var k = $("#keys"); if (k) { k.hidden = !k.hidden; } }
    else if (e.key === "g") { going = Date.now(); }
    else if (going && Date.now() - going < 1500 && go[e.key]) { location.href = go[e.key]; }
  });

  /* Selection: data-fen on each box, sums in whole fen, so nothing is rounded. */
  var yuan = function (fen) {
    var s = fen < 0 ? "-" : "", n = Math.abs(fen), c = String(n % 100);
    return s + String(Math.floor(n / 100)).replace(/\B(?=(\d{3})+$)/g, ",") + "." + (c.length < 2 ? "0" + c : c);
  };
  $$("form[data-select]").forEach(function (form) {
    var boxes = $$("tbody input[type=checkbox]", form), all = $("[data-all]", form), last = null;
    var tell = function () {
      var n = 0, fen = 0;
      boxes.forEach(function (b) {
        var row = b.closest("tr");
        if (row) { row.classList.toggle("on", b.checked); }
        if (b.checked) { n += 1; fen += Number(b.dataset.fen || 0); }
      });
      $$("[data-n]", form).forEach(function (o) { o.textContent = n; });
      $$("[data-sum]", form).forEach(function (o) { o.textContent = "¥" + yuan(fen); });
      if (all) { all.checked = n > 0 && n === boxes.length; all.indeterminate = n > 0 && n < boxes.length; }
    };
    form.addEventListener("click", function (e) {
      var i = boxes.indexOf(e.target);
      if (i < 0) { return; }
      if (e.shiftKey && last !== null) {
        boxes.slice(Math.min(i, last), Math.max(i, last) + 1).forEach(function (b) { b.checked = e.target.checked; });
      }
      last = i;
    });
    form.addEventListener("change", function (e) {
      if (e.target === all) { boxes.forEach(function (b) { b.checked = all.checked; }); }
      tell();
    });
    tell();
  });

  /* A long job: ask at 1, 1, 2, 2, 5, 5, then every 10 seconds; not while nobody looks. */
  var job = $("[data-poll]");
  if (job) {
    var waits = [1, 1, 2, 2, 5, 5], tag = null, spoken = 0;
    var show = function (j) {
      Object.keys(j).forEach(function (name) {
        $$("[data-is='" + name + "']", job).forEach(function (o) { o.textContent = j[name]; });
      });
      var p = $("progress", job);
      if (p && j.total) { p.max = j.total; p.value = j.done; }
      var say = $("[role=status]", job), quarter = j.percent ? Math.floor(j.percent / 25) * 25 : 0;
      if (say && quarter > spoken) { spoken = quarter; say.textContent = j.spoken; }
    };
    var ask = function () {
      if (document.hidden) { return later(); }
      fetch(job.dataset.poll, { headers: tag ? { "If-None-Match": tag } : {}, credentials: "same-origin" })
        .then(function (r) {
          if (r.status === 304) { return later(); }
          if (!r.ok) { return later(); }
          tag = r.headers.get("ETag");
          return r.json().then(function (j) { if (j.ended) { location.reload(); } else { show(j); later(); } });
        }).catch(later);
    };
    var later = function () { setTimeout(ask, 1000 * (waits.length ? waits.shift() : 10)); };
    document.addEventListener("visibilitychange", function () { if (!document.hidden) { waits = [1]; } });
    later();
  }

  /* Totals that took long come into a box that already has its height. */
  $$("[data-part]").forEach(function (o) {
    fetch(o.dataset.part, { credentials: "same-origin" }).then(function (r) { return r.ok ? r.text() : Promise.reject(); })
      .then(function (t) { o.innerHTML = t; }).catch(function () { o.textContent = o.dataset.failed || ""; });
  });

  /* Open work pages ask for one number and offer to refresh; rows never move under the pointer. */
  var version = $("[data-version]");
  if (version) {
    setInterval(function () {
      if (document.hidden) { return; }
      fetch(version.dataset.version, { credentials: "same-origin" }).then(function (r) { return r.json(); })
        .then(function (j) { if (String(j.version) !== version.dataset.now) { version.hidden = false; } }).catch(function () {});
    }, 30000);
  }

  /* Two minutes before the session ends, say so; one press keeps it, and what was typed stays. */
  var stay = $("#stay");
  if (stay) {
    var look = function (told) {
      var over = told.left - 120;
      stay.hidden = over > 0;
      setTimeout(left, 1000 * Math.max(over > 0 ? over : 30, 5));
    };
    var left = function () {
      fetch(stay.dataset.left, { credentials: "same-origin" })
        .then(function (r) { return r.ok ? r.json() : Promise.reject(); }).then(look).catch(function () {});
    };
    stay.addEventListener("submit", function (e) {
      e.preventDefault();
      fetch(stay.action, { method: "POST", body: new FormData(stay), credentials: "same-origin" })
        .then(function (r) { return r.ok ? r.json() : Promise.reject(); })
        .then(function (j) { stay.hidden = j.left > 120; }).catch(function () { location.reload(); });
    });
    setTimeout(left, 30000);
  }

  $$("[data-copy]").forEach(function (b) {
    b.hidden = false;
    b.addEventListener("click", function () {
      if (navigator.clipboard) { navigator.clipboard.writeText(b.dataset.copy).then(function () { b.textContent = b.dataset.done || "✓"; }); }
    });
  });
})();
