// Text, markdown and text-card words as the client shows them: only the few marks that the vendor names.

import { el, opening } from "./dom.js";

const ANCHOR = /<a\s+href\s*=\s*["']?(https?:\/\/[^"'\s>]+)["']?[^>]*>([\s\S]*?)<\/a>|(https?:\/\/[^\s<>"'，。；、）》]+)/gi;

function link(url, words, open) {
  return el("a", opening(url, open), words);
}

export function text(content, open) {
  const parts = [];
  let end = 0;
  for (const found of content.matchAll(ANCHOR)) {
    parts.push(content.slice(end, found.index), link(found[1] ?? found[3], found[2] ?? found[3], open));
    end = found.index + found[0].length;
  }
  return [...parts, content.slice(end)];
}

const INLINE = /\*\*(.+?)\*\*|`([^`]+)`|\[([^\]]*)\]\((https?:\/\/[^)\s]+)\)|<font color="(info|comment|warning)">([\s\S]*?)<\/font>/g;

function inline(line, open) {
  const parts = [];
  let end = 0;
  for (const found of line.matchAll(INLINE)) {
    parts.push(line.slice(end, found.index));
    if (found[1]) parts.push(el("strong", {}, inline(found[1], open)));
    else if (found[2]) parts.push(el("code", {}, found[2]));
    else if (found[4]) parts.push(link(found[4], found[3], open));
    else parts.push(el("span", { class: `tone-${found[5]}` }, inline(found[6], open)));
    end = found.index + found[0].length;
  }
  return [...parts, line.slice(end)];
}

export function markdown(content, open) {
  return content.split("\n").map((line) => {
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    if (heading) return el("p", { class: `heading-${heading[1].length}` }, inline(heading[2], open));
    if (line.startsWith(">")) return el("blockquote", {}, inline(line.replace(/^>\s?/, ""), open));
    return el("p", {}, inline(line, open));
  });
}

const TONES = /<div class="(gray|normal|highlight)">([\s\S]*?)<\/div>|<br\s*\/?>/g;

export function toned(content) {
  const parts = [];
  let end = 0;
  for (const found of content.matchAll(TONES)) {
    parts.push(content.slice(end, found.index));
    parts.push(found[1] ? el("div", { class: `tone-${found[1]}` }, found[2]) : el("br"));
    end = found.index + found[0].length;
  }
  return [...parts, content.slice(end)];
}
