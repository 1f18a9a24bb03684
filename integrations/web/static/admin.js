// The admin's desk with a script: drag and drop with progress of the upload, live progress of jobs.
// Everything works without it by forms. Texts are set with textContent only.
"use strict";
document.documentElement.classList.add("js");

const byId = (id) => document.getElementById(id);

function megabytes(bytes) {
  const value = bytes / 1048576;
  return value < 0.1 ? `${Math.max(Math.round(bytes / 1024), 1)} KB` : `${value.toFixed(1).replace(".", ",")} MB`;
}

// ---- the connection of pages that follow something
const AGAIN_MS = 2000;
let lost = false;

function connected(yes) {
  if (lost === !yes) return;
  lost = !yes;
  const box = byId("verbindung");
  box.replaceChildren();
  if (yes) return;
  const notice = document.createElement("p");
  notice.className = "notice";
  notice.dataset.kind = "unknown";
  notice.textContent = "Verbindung unterbrochen. Was der Server tut, hängt nicht an dieser Seite; "
    + "sie verbindet sich von selbst neu.";
  box.append(notice);
}

// asks until `show` says that there is nothing more to ask; signed out meanwhile: the page says so
function poll(address, pause, show) {
  const look = async () => {
    try {
      const answer = await fetch(address, {headers: {Accept: "application/json"}});
      if (answer.status === 403) return window.location.reload();
      connected(answer.ok);
      if (answer.ok && show(await answer.json())) return undefined;
    } catch { connected(false); }
    return setTimeout(look, pause);
  };
  setTimeout(look, pause);
}

// ---- upload
const form = byId("hochladen");
if (form) {
  const drop = byId("ablage");
  const single = !byId("ordner");
  let dropped = [];

  const inputs = () => ["dateien", "ordner"].map(byId).filter(Boolean);
  const picked = () => inputs().flatMap((input) =>
    [...input.files].map((file) => ({file, name: file.webkitRelativePath || file.name})));
  const all = () => [...picked(), ...dropped];

  function show() {
    const files = all();
    const list = byId("auswahl");
    const bytes = files.reduce((sum, one) => sum + one.file.size, 0);
    const lines = files.slice(0, 50).map((one) => `${one.name} (${megabytes(one.file.size)})`);
    if (files.length > 50) lines.push(`und ${files.length - 50} weitere`);
    if (files.length > 1) lines.push(`zusammen ${files.length} Dateien, ${megabytes(bytes)}`);
    list.replaceChildren(...lines.map((line) => {
      const item = document.createElement("li");
      item.textContent = line;
      return item;
    }));
    list.hidden = !files.length;
  }

  // a dropped folder gives its entries in portions, the last of which is empty
  async function below(entry, path) {
    if (entry.isFile) {
      const file = await new Promise((done, failed) => entry.file(done, failed));
      return [{file, name: path + file.name}];
    }
    const reader = entry.createReader();
    const found = [];
    for (;;) {
      const some = await new Promise((done, failed) => reader.readEntries(done, failed));
      if (!some.length) return found;
      for (const one of some) found.push(...await below(one, `${path}${entry.name}/`));
    }
  }

  function complain(text) {
    const box = byId("fehler");
    box.replaceChildren();
    if (!text) return;
    const notice = document.createElement("p");
    notice.className = "notice";
    notice.dataset.kind = "error";
    notice.textContent = text;
    box.append(notice);
  }

  function send() {
    const data = new FormData();
    for (const [name, value] of new FormData(form)) {
      if (!(value instanceof File)) data.append(name, value); // the token first, as the guard wants it
    }
    for (const one of all()) data.append("dateien", one.file, one.name);
    const request = new XMLHttpRequest();
    const bar = byId("senden-balken");
    const over = (text) => { byId("senden").hidden = true; complain(text); };
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      bar.value = event.loaded / event.total;
      byId("senden-text").textContent =
        `Wird übertragen: ${megabytes(event.loaded)} von ${megabytes(event.total)}`;
    });
    request.addEventListener("load", () => {
      let answer = {};
      try { answer = JSON.parse(request.responseText); } catch { /* no JSON: the text below */ }
      if (request.status === 202) window.location.assign(answer.place);
      else over(answer.detail || `Der Server hat die Dateien nicht angenommen (${request.status}).`);
    });
    request.addEventListener("error", () => over("Die Verbindung ist abgebrochen, bevor der Server den "
      + "Empfang bestätigt hat. Ihre Auswahl ist noch da, bitte versuchen Sie es noch einmal; doppelt "
      + "eingelesen wird dabei nichts."));
    complain("");
    byId("senden").hidden = false;
    request.send(data);
  }

  inputs().forEach((input) => input.addEventListener("change", show));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const count = all().length;
    if (!byId("senden").hidden) return;
    if (!count) complain("Es ist keine Datei ausgewählt.");
    else if (single && count > 1) complain(`Eine neue Fassung ist genau eine Datei; ausgewählt sind ${count}.`);
    else send();
  });
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
  }
  for (const kind of ["dragleave", "drop"]) {
    drop.addEventListener(kind, () => drop.classList.remove("over"));
  }
  drop.addEventListener("drop", async (event) => {
    event.preventDefault();
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const plain = entries.length ? [] : [...event.dataTransfer.files].map((file) => ({file, name: file.name}));
    try {
      const found = [plain, ...await Promise.all(entries.map((entry) => below(entry, "")))];
      dropped = single ? found.flat() : [...dropped, ...found.flat()];
      complain("");
    } catch {
      complain("Der Ordner ließ sich nicht lesen. Bitte wählen Sie ihn mit der Schaltfläche aus.");
    }
    show();
  });
}

// ---- progress of a job
function spoken(seconds) {
  if (seconds < 60) return "weniger als eine Minute";
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return minutes === 1 ? "etwa eine Minute" : `etwa ${minutes} Minuten`;
  const hours = Math.round(seconds / 3600);
  return hours === 1 ? "etwa eine Stunde" : `etwa ${hours} Stunden`;
}

const course = byId("verlauf");
if (course) {
  let begun = course.dataset.begun ? Date.parse(course.dataset.begun) : 0;
  const again = () => window.location.reload();

  const shown = {
    waiting: (told) => { byId("gerade").textContent = told.text; },
    progress: (step) => {
      begun ||= Date.now();
      const seconds = Math.max((Date.now() - begun) / 1000, 0.5);
      const made = step.passages + (step.stage === "embedding" ? step.part : 0);
      const rate = made / seconds;
      byId("balken").value = step.share;
      byId("anteil").textContent = `${Math.floor(step.share * 100)} %`;
      byId("stueck").textContent = `${step.done} von ${step.total} Dateien`;
      byId("tempo").textContent = made ? ` · ${rate >= 2 ? `${Math.round(rate)} Stellen je Sekunde`
        : `${Math.round(rate * 60)} Stellen je Minute`}` : "";
      byId("rest").textContent = step.share > 0.02
        ? ` · noch ${spoken(seconds * (1 - step.share) / step.share)}` : "";
      byId("gerade").textContent = step.name ? `Gerade: ${step.name}` : "";
    },
  };

  // after a loss the page is fetched anew: it says whether the service was restarted meanwhile
  const follow = () => {
    const events = new EventSource(`/api/v1/jobs/${course.dataset.job}/events`);
    events.addEventListener("open", () => { if (lost) { events.close(); again(); } });
    for (const [name, show] of Object.entries(shown)) {
      events.addEventListener(name, (event) => show(JSON.parse(event.data)));
    }
    events.addEventListener("report", () => { events.close(); again(); });
    events.addEventListener("error", (event) => {
      if (event.data) { events.close(); again(); return; } // the job has failed
      connected(false);
      if (events.readyState !== EventSource.CLOSED) return; // else it connects anew by itself
      poll(`/api/v1/jobs/${course.dataset.job}`, AGAIN_MS, () => { again(); return true; });
    });
  };
  follow();
}

// ---- rebuild of the search index
if (byId("umbau")) {
  poll("/admin/suchindex/stand", 1000, ({building: state}) => {
    if (!state) { window.location.reload(); return true; }
    byId("umbau-balken").value = state.share;
    byId("umbau-phase").textContent = state.phase;
    byId("umbau-anteil").textContent = `${state.percent} %`;
    byId("umbau-stueck").textContent = `${state.done} von ${state.total} Dokumenten`;
    byId("umbau-rest").textContent = state.left ? ` · noch ${state.left}` : "";
    return false;
  });
}

// ---- a run of the test questions
if (byId("testlauf")) {
  poll("/api/v1/test-runs", 1000, ({running}) => {
    if (!running) { window.location.assign("/admin/testfragen"); return true; }
    byId("testlauf-balken").value = running.done;
    byId("testlauf-stueck").textContent = `${running.done} von ${running.total} Fragen`;
    return false;
  });
}
