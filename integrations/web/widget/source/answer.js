/* One question and its answer as nodes. Text from the service only ever becomes text (`append`), and
   links only lead to the service itself, to a telephone or to a mail program. */

function make(tag, attributes = {}, ...content) {
  const node = document.createElement(tag);
  for (const name in attributes) node.setAttribute(name, attributes[name]);
  node.append(...content.filter(Boolean));
  return node;
}

function button(text, act, attributes) {
  const node = make("button", { type: "button", ...attributes }, text);
  node.addEventListener("click", act);
  return node;
}

/* A link to a page of the service, in a new window; nothing for any other address. */
function pageLink(address, text, lang) {
  const url = new URL(address, home);
  if (lang !== "de") url.searchParams.set("lang", lang);
  return url.origin === home && make("a", { href: url, target: "_blank", rel: "noopener" }, text);
}

/* Name, telephone and mail; the mail begins with the question. */
function contactNode({ name, text, phone, email }, question) {
  const dialled = phone && phone.replace("(0)", "").replace(/[^+\d]/g, "");
  const [mail, letter] = [email, question].map(encodeURIComponent);
  return make("p", { class: "contact" }, make("b", {}, name), text,
    phone && make("a", { href: "tel:" + dialled }, phone),
    email && make("a", { href: `mailto:${mail}?body=${letter}` }, email));
}

function validityOf(validity, words, lang) {
  const { state, from, until } = validity || {};
  const day = new Date((state === "upcoming" ? from : until) + "T00:00Z");
  if (isNaN(day)) return words[state] || words.unknown;
  const spelt = day.toLocaleDateString(lang === "de" ? lang : "en-GB", { dateStyle: "long", timeZone: "UTC" });
  return (words[state + "On"] || words.unknown).replace("{}", spelt);
}

function sourceNode({ n, title, file, locator, page, validity, quote, poorly_read, link }, words, lang) {
  const leaf = page && !locator.endsWith("S. " + page) && `${words.page} ${page}`;
  return make("details", {},
    make("summary", {}, make("b", {}, n),
      make("span", { lang: "de" }, [title || file, locator, leaf].filter(Boolean).join(" · ")),
      make("span", { class: "small" }, validityOf(validity, words, lang))),
    make("blockquote", { lang: "de" }, quote),
    poorly_read && make("p", { class: "small" }, words.poor),
    pageLink(link, words.open, lang));
}

/* Keeps nodes that are already right, so that focus and opened sources survive the final answer. */
function sync(list, items, build) {
  items.forEach((item, index) => {
    const key = JSON.stringify(item), old = list.children[index];
    if (old?.key === key) return;
    const node = build(item);
    node.key = key;
    if (old) old.replaceWith(node);
    else list.append(node);
  });
  while (list.children.length > items.length) list.lastChild.remove();
}

/* A turn of the conversation: `hear` takes the events of the stream, `close` ends it, `reach` says whom to ask. */
function newTurn(question, title, words, lang) {
  const heading = make("h3", { tabindex: -1 }, make("span", { class: "sr" }, words.question + ": "), question);
  const progress = make("p", {}, words.searching);
  const [warnings, said, people, list] = [0, 0, 0, 0].map(() => make("div"));
  const message = make("p"), foot = make("div", { class: "row", tabindex: -1 });
  const node = make("article", { "aria-busy": true }, heading,
    make("p", { class: "small" }, `${title} (${words.ai})`), progress, warnings, said, message, people, list, foot);
  const answer = { question, statements: [], sources: [], notices: [], contacts: [], parts: [] };

  function cite(n) {
    const open = () => {
      const source = list.children[answer.sources.findIndex((each) => each.n === n)];
      source.open = true;
      source.firstChild.focus();
      source.scrollIntoView({ block: "nearest" });
    };
    return button(n, open, { class: "cite", lang, "aria-label": `${words.source} ${n}` });
  }

  /* The statements, each question above its first one where several were asked. */
  function lines() {
    const { parts, statements } = answer;
    return statements.flatMap(({ text, citations }, index) => [
      ...parts.filter((part) => parts[1] && part.statements?.[0] === index).map((part) => ({ head: part.asked_as })),
      { text, citations },
    ]);
  }

  function refresh() {
    const { notices, sources } = answer;
    sync(list, sources, (source) => sourceNode(source, words, lang));
    sync(warnings, notices, ({ text }) => make("p", { class: "notice" }, text));
    sync(said, lines(), ({ head, text, citations }) => head ? make("h4", {}, head)
      : make("p", {}, make("span", { lang: "de" }, text + " "), ...citations.map(cite)));
  }

  function hear(name, data) {
    if (name === "statement") answer.statements.push(data);
    else if (name === "notice") answer.notices.push(data);
    else Object.assign(answer, data);
    refresh();
  }

  /* `failure`: the sentence that stands instead of an answer. */
  function close(failure) {
    const { asked_as, parts, counter_question } = answer;
    if (failure) Object.assign(answer, { statements: [], sources: [], notices: [{ text: failure }] });
    refresh();
    if (asked_as && asked_as.trim() !== question && !parts[1])
      heading.after(make("p", { class: "small" }, `${words.asked} ${asked_as}`));
    message.textContent = [answer.message, counter_question].filter(Boolean).join(" ");
    if (answer.sources[0]) list.before(make("h4", {}, words.sources));
    progress.remove();
    node.removeAttribute("aria-busy");
  }

  const reach = (contacts) => people.append(...contacts.map((each) => contactNode(each, question)));

  /* What was said, in plain text: for a screen reader, and for follow-up questions. */
  const spoken = () => [...answer.notices, ...answer.statements, { text: message.textContent }]
    .map(({ text }) => text).join(" ");

  return { node, heading, foot, answer, hear, close, reach, spoken };
}
