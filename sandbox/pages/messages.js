// One entry of a chat: a bubble, a picture, a card, or a grey line.

import { drawCard } from "./cards.js";
import { el, icon, opening } from "./dom.js";
import * as prose from "./prose.js";
import { clock, t } from "./words.js";

export function drawMessage(message, phone) {
  const properties = { class: `message from-${message.from}`, "data-message": message.id, "data-kind": message.kind,
    title: clock(message.at) };
  if (message.recalled) return el("li", { ...properties, class: "message notice" }, el("span", {}, t("recalled")));
  const body = message.card ? drawCard(message.card, phone) : (KINDS[message.kind] ?? other)(message.content, phone);
  return el("li", properties, avatar(message, phone), body);
}

function avatar(message, phone) {
  if (message.from === "app") return el("img", { class: "avatar", src: "/pages/icon.svg", alt: "" });
  return el("span", { class: "avatar", style: `background:${phone.colour}`, "aria-hidden": "true" },
    phone.member.name.slice(-2));
}

function bubble(kind, ...children) {
  return el("div", { class: `bubble ${kind}` }, ...children);
}

function image(content) {
  const address = `/media/${content.media_id}`;
  const shown = el("img", { src: address, alt: t("image"), loading: "lazy" });
  return el("a", { class: "photo", href: address, target: "_blank", rel: "noopener" }, shown);
}

function voice(content) {
  const seconds = Math.max(1, Math.round((content.size - 6) / 650));
  return bubble("voice", icon("wave"), el("span", {}, `${seconds}″`), el("span", { class: "unseen" },
    t("voiceMessage")));
}

function file(content) {
  return el("a", { class: "bubble file", href: `/media/${content.media_id}`, target: "_blank", rel: "noopener" },
    el("b", {}, content.name || t("file")), el("small", {}, `${Math.max(1, Math.round(content.size / 1024))} KB`));
}

function place(content) {
  return bubble("file", el("b", {}, icon("place"), content.label));
}

function shared(content, phone) {
  return el("a", { class: "bubble file", ...opening(content.url, (url) => phone.open(url)) },
    el("b", {}, content.title), el("small", {}, content.description));
}

function textCard(content, phone) {
  const button = el("div", { class: "jump" }, el("span", {}, content.btntxt), icon("next"));
  return el("a", { class: "card as-link", ...opening(content.url, (url) => phone.open(url)) },
    el("div", { class: "titles" }, el("strong", {}, content.title)),
    el("div", { class: "line" }, prose.toned(content.description)),
    el("div", { class: "jumps" }, button));
}

function news(content, phone) {
  const articles = content.articles.map((article) => el("a",
    { class: "article", ...opening(article.url, (url) => phone.open(url)) },
    article.picurl ? el("img", { src: article.picurl, alt: "" }) : null,
    el("b", {}, article.title),
    el("small", {}, article.description ?? "")));
  return el("div", { class: "card news" }, articles);
}

function other(content) {
  return bubble("other", content.name || content.title || JSON.stringify(content));
}

const KINDS = {
  text: (content, phone) => bubble("text", prose.text(content.content, (url) => phone.open(url))),
  markdown: (content, phone) => bubble("markdown", prose.markdown(content.content, (url) => phone.open(url))),
  image, voice, file, video: file, location: place, link: shared, textcard: textCard, news,
};
