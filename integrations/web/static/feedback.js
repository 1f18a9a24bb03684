/* "War das hilfreich?": sends yes or no for the answer that the form belongs to, then a comment if one
   is written. The form is in the page only where the answer has an id; markup is in answer.html. */
"use strict";
(() => {
  const log = document.getElementById("verlauf");
  const words = JSON.parse(document.body.dataset.phrases || "{}");
  if (!log) return;

  const said = (form, text) => { form.querySelector(".feedback-said").textContent = text; };

  async function send(form, comment, thanks) {
    try {
      const response = await fetch("/api/v1/feedback", {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRF-Token": document.body.dataset.csrf || "" },
        body: JSON.stringify({
          answer_id: form.dataset.answer,
          helpful: form.querySelector("[aria-pressed=true]").dataset.helpful === "yes",
          comment,
        }),
        credentials: "same-origin",
      });
      if (!response.ok) throw new Error(response.status);
      said(form, thanks);
      return true;
    } catch {
      said(form, words.feedback_failed);
      return false;
    }
  }

  log.addEventListener("click", (event) => {
    const button = event.target.closest("[data-helpful]");
    if (!button) return;
    const form = button.form;
    for (const each of form.querySelectorAll("[data-helpful]"))
      each.setAttribute("aria-pressed", each === button);
    form.querySelector(".feedback-more").hidden = false;
    send(form, "", words.feedback_thanks);
  });

  log.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches(".feedback")) return;
    event.preventDefault();
    const comment = form.elements.comment.value.trim();
    if (comment && await send(form, comment, words.feedback_sent)) {
      form.querySelector(".feedback-more").hidden = true;
      form.querySelector("[aria-pressed=true]").focus();
    }
  });
})();
