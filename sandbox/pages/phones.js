// The wall: which phones stand on it, and the news that reaches them.

import { Chooser } from "./chooser.js";
import { el } from "./dom.js";
import { Phone } from "./phone.js";
import { clock, language, t, useLanguage } from "./words.js";

const start = JSON.parse(document.getElementById("start").textContent);
const wall = document.querySelector("[data-wall]");
const tabs = document.querySelector("[data-tabs]");
const others = document.querySelector("[data-others]");
const narrow = matchMedia("(max-width: 720px)");
const known = new Map(start.members.map((member) => [member.userid, member]));
const history = new Map(start.members.map((member) => [member.userid, new Map()]));
const unread = new Map();
const phones = new Map();
let shown = [];
let active = "";
let fresh = false; // true once what was there before the page was opened has been shown

function fromHash() {
  const [people, ...rest] = decodeURIComponent(location.hash.slice(1)).split("&");
  useLanguage(new URLSearchParams(rest.join("&")).get("lang") ?? "zh");
  const named = people.split(",").filter((userid) => known.has(userid));
  return named.length ? named : start.shown;
}

function toHash() {
  window.history.replaceState(null, "", `#${shown.join(",")}${language() === "en" ? "&lang=en" : ""}`);
}

function lay(userids) {
  shown = userids;
  for (const userid of phones.keys()) if (!shown.includes(userid)) phones.delete(userid);
  for (const userid of shown) if (!phones.has(userid)) phones.set(userid, create(userid));
  wall.style.setProperty("--phones", shown.length);
  wall.replaceChildren(...shown.map((userid) => phones.get(userid).element));
  for (const userid of shown) phones.get(userid).toEnd();
  activate(shown.includes(active) ? active : shown[0]);
  toHash();
}

function create(userid) {
  const phone = new Phone(known.get(userid), start.members.findIndex((member) => member.userid === userid), {
    app: start.app,
    phrases: start.phrases,
    hide: (gone) => shown.length > 1 && choose(shown.filter((other) => other !== gone)),
  });
  for (const message of history.get(userid).values()) phone.show(message);
  return phone;
}

function activate(userid) {
  active = userid;
  for (const [other, phone] of phones) phone.element.classList.toggle("active", other === userid);
  phones.get(userid).toEnd();
  seen();
}

function visible(userid) {
  return shown.includes(userid) && (!narrow.matches || userid === active);
}

function seen() {
  for (const userid of [...unread.keys()]) if (visible(userid)) unread.delete(userid);
  tabs.replaceChildren(...shown.map(tab));
  const elsewhere = [...unread].filter(([userid]) => !shown.includes(userid));
  const count = elsewhere.reduce((sum, [, more]) => sum + more, 0);
  others.hidden = !count;
  others.textContent = count;
}

function tab(userid) {
  const badge = unread.has(userid) ? el("b", { class: "badge" }, String(unread.get(userid))) : null;
  const marks = { role: "tab", "aria-selected": String(userid === active), "data-tab": userid };
  return el("button", { type: "button", ...marks, onclick: () => activate(userid) }, known.get(userid).name, badge);
}

function take(message) {
  const chat = history.get(message.user);
  if (!chat) return;
  const isNew = !chat.has(message.id);
  chat.set(message.id, message);
  phones.get(message.user)?.show(message);
  if (!fresh || !isNew || message.from !== "app" || visible(message.user)) return;
  unread.set(message.user, (unread.get(message.user) ?? 0) + 1);
}

function listen() {
  const live = document.querySelector("[data-live]");
  const feed = new EventSource(`/phones/feed?since=0&epoch=${start.epoch}`);
  const say = (key) => { live.textContent = t(key); live.dataset.live = key; };
  feed.addEventListener("messages", (event) => {
    JSON.parse(event.data).sort((a, b) => (fresh ? a.rev - b.rev : a.id - b.id)).forEach(take);
    fresh = true;
    document.body.dataset.ready = "true";
    say("live");
    seen();
  });
  feed.addEventListener("reset", () => { feed.close(); location.reload(); });
  feed.onerror = () => say("lost");
}

const chooser = new Chooser(start.members, [], choose);

function choose(userids) {
  chooser.shown = userids;
  lay(userids);
}

document.querySelector("[data-choose]").addEventListener("click", () => chooser.open(unread));
document.querySelector("[data-language]").addEventListener("click", () => {
  useLanguage(language() === "en" ? "zh" : "en");
  phones.clear();
  lay(shown);
});
narrow.addEventListener("change", seen);
addEventListener("hashchange", () => { phones.clear(); choose(fromHash()); });
setInterval(() => phones.forEach((phone) => { phone.time.textContent = clock(Date.now() / 1000); }), 10000);
choose(fromHash());
listen();
