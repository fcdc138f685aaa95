// Names as people write them: the twin of priorities/names.py and readings.py, where every rule is
// explained. One table of samples (tests/data/names.json) holds both to the same answers.
(function () {
  "use strict";

  const SAME = new Map();
  const SHAPES = [
    ["([{〔【〖〘〚", "("], [")]}〕】〗〙〛", ")"], ["\"'`´“”„‟‘’‚‛«»‹›「」『』《》〈〉〝〞〟″′", '"'],
    ["-‐‑‒–—―−─", "-"], ["·•・‧∙⋅･", "·"], ["/⁄∕", "/"], ["~〜∼", "~"], [".。", "."],
  ];
  for (const [shapes, one] of SHAPES) for (const shape of shapes) SAME.set(shape, one);
  const RADICALS = "⺁⺊⺌⺎⺒⺓⺛⺜⺝⺠⺧⺩⺫⺬⺮⺶⺻⺼⻁⻄⻅⻆⻉⻋⻐⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰";
  const ALIKE = "厂卜小兀巳幺旡日月民牛王目示竹羊聿肉虎西见角贝车钅長长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙";
  [...RADICALS].forEach((radical, place) => SAME.set(radical, [...ALIKE][place]));

  const UNSEEN = /[\p{Z}\p{Cc}\p{Cf}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\ufe00-\ufe0f\ufffc\u{e0100}-\u{e01ef}]/gu;
  const SEPARATORS = /([、，,﹐､﹑；;﹔/／⁄∕|｜\\＼\s\u200b]+)/u;
  const BLANKS = /^[\s\u200b]+$/u;
  const ENDS = /^[\s\u200b]+|[\s\u200b]+$/gu;
  const MOST_PIECES = 17;

  function fold(words) {
    const plain = words.replace(UNSEEN, "").normalize("NFKC").toLowerCase();
    return [...plain.replace(UNSEEN, "").normalize("NFKC")].map((c) => SAME.get(c) || c).join("");
  }

  function letters(words) {
    const figures = fold(words).replace(/([0-9])\.(?=[0-9])/g, "$1\u0001");
    return figures.replace(/[^\p{L}\p{N}%\u0001]/gu, "").replace(/\u0001/g, ".");
  }

  // Whether typed initials fit a pattern as the page carries it: one letter, or [several], each;
  // anywhere, or from a place on.
  function reads(pattern, typed, from) {
    const starts = pattern.match(/\[[^\]]*\]|./gu) || [];
    const fits = (at) => [...typed].every((c, place) => (starts[at + place] || "").includes(c));
    return from === undefined ? starts.some((_, at) => fits(at)) : fits(from);
  }

  // Whether something typed into a search is found in one of the names, or by their initials.
  function holds(names, patterns, typed) {
    const wanted = letters(typed);
    if (!wanted) return Boolean(fold(typed)) && names.some((name) => fold(name).includes(fold(typed)));
    if (names.some((name) => letters(name).includes(wanted))) return true;
    const mayBeInitials = /^[0-9a-z]*[a-z][0-9a-z]*$/.test(wanted);
    return mayBeInitials && patterns.some((pattern) => reads(pattern, wanted));
  }

  // The names that a field lists; a name that is known may hold a separator itself.
  function split(words, isKnown) {
    let pieces = words.split(SEPARATORS);
    const names = [];
    let unknown = "";
    while (pieces.length) {
      let size = lengthOfKnown(pieces, isKnown);
      if (size) {
        names.push(unknown, pieces.slice(0, size).join(""));
        unknown = "";
      } else {
        size = 1;
        unknown += pieces[0];
      }
      const gap = pieces[size] || "";
      pieces = pieces.slice(size + 1);
      if (BLANKS.test(gap)) {
        if (unknown) unknown += gap;
      } else {
        names.push(unknown);
        unknown = "";
      }
    }
    return names.filter(fold).map((name) => name.replace(ENDS, ""));
  }

  function lengthOfKnown(pieces, isKnown) {
    const most = Math.min(pieces.length, MOST_PIECES);
    for (let size = most - 1 + (most % 2); size > 0; size -= 2) {
      if (isKnown(pieces.slice(0, size).join(""))) return size;
    }
    return 0;
  }

  window.names = { fold, letters, reads, holds, split };
})();
