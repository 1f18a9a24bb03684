/* Asking the service: one POST, answered by server-sent events. Every failure becomes a Failure,
   whose message is a sentence for the visitor. `words`: the texts of one language. */

const SILENCE_MS = 60000;

class Failure extends Error {}

/* 90 seconds as "in 2 Minuten": the language knows singular and plural. */
function spellWait(seconds, lang) {
  const [unit, size] = seconds > 5400 ? ["hour", 3600] : ["minute", 60];
  return new Intl.RelativeTimeFormat(lang).format(Math.ceil(seconds / size) || 1, unit);
}

/* What the service says itself is German; in other languages it is our own sentence. */
function failureOf(told, fallback, lang) {
  return new Failure((lang === "de" && told.detail) || fallback);
}

async function refusalOf(response, words, lang) {
  const { status, headers } = response;
  if (status === 429) return new Failure(words.wait.replace("{}", spellWait(headers.get("Retry-After"), lang)));
  const told = await response.json().catch(() => ({}));
  return failureOf(told, status === 503 ? words.paused : status < 500 ? words.refused : words.away, lang);
}

function eventOf(block) {
  const [, name] = /^event: ?(.*)/m.exec(block) || [];
  const [, data] = /^data: ?(.*)/m.exec(block) || [];
  return { name, data: data && JSON.parse(data) };
}

/* Chunks end anywhere, within characters too: the decoder keeps half a character, `rest` half an event. */
async function* eventsOf(response, wake) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let rest = ""; ;) {
    const { value, done } = await reader.read();
    if (done) return;
    wake();
    const blocks = (rest + value).split(/\r?\n\r?\n/);
    rest = blocks.pop();
    yield* blocks.map(eventOf);
  }
}

const post = (address, body, more) => fetch(home + "/api/v1/" + address, {
  method: "POST",
  headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
  body: JSON.stringify(body),
  credentials: "omit",
  ...more,
});

/* Hands each event to `hear`; ends when the answer is whole, else throws a Failure. `control` is
   aborted after a minute's silence, or by whoever no longer wants the answer. */
async function receive(body, words, lang, control, hear) {
  let timer, begun;
  const wake = () => {
    clearTimeout(timer);
    timer = setTimeout(() => control.abort(), SILENCE_MS);
  };
  wake();
  try {
    const response = await post("answers", body, { signal: control.signal });
    if (!response.ok) throw await refusalOf(response, words, lang);
    begun = true;
    for await (const { name, data } of eventsOf(response, wake)) {
      if (name === "error") throw failureOf(data, words.away, lang);
      if (data) hear(name, data);
      if (name === "done") return;
    }
    throw new Failure(words.lost);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(navigator.onLine ? begun ? words.lost : words.away : words.offline);
  } finally {
    clearTimeout(timer);
  }
}
