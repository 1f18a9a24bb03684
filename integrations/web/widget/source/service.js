/* Where the service is: where this script came from. `STYLE`, `NAMES` and `WORDS` are put in front of this file,
   and everything into one function, when the script is served. */

const script = document.currentScript || document.querySelector('script[src*="/widget/v1/auskunft"]');
const home = new URL(script.src).origin;

/* The texts of one language by their names; they travel as lists. */
function wordsIn(lang) {
  return Object.fromEntries(NAMES.map((name, index) => [name, WORDS[lang][index]]));
}
