// One member's phone: the chat with the app, the line to write in, and pages that open over it.

import { chosen } from "./cards.js";
import { el, icon, order } from "./dom.js";
import { drawMessage } from "./messages.js";
import { clock, t } from "./words.js";

const PAUSE = 300; // seconds between two entries after which the time is shown again
const COLOURS = ["#5b8def", "#e0833e", "#3fa372", "#b2639e", "#6f7fd8", "#c9564b", "#2f9aa8", "#8a7a4f"];

export class Phone {
  constructor(member, index, settings) {
    this.member = member;
    this.settings = settings;
    this.colour = COLOURS[index % COLOURS.length];
    this.messages = new Map();
    this.unread = 0;
    this.below = 0;
    this.build();
  }

  build() {
    const { name, title } = this.member;
    this.log = el("ol", { class: "log", role: "log", "aria-live": "polite", "aria-label": t("phoneOf", name),
      tabindex: "0", onscroll: () => this.scrolled() });
    this.empty = el("p", { class: "empty" }, t("empty"));
    this.pill = el("button", { type: "button", class: "pill", hidden: true, onclick: () => this.toEnd() });
    this.toast = el("p", { class: "toast", role: "status", hidden: true });
    this.sheet = el("div", { class: "sheet", hidden: true, role: "dialog", "aria-label": t("page", name),
      onkeydown: (e) => e.key === "Escape" && this.closeSheet() });
    const chat = el("div", { class: "chat" }, this.empty, this.log, this.pill, this.toast);
    const composer = this.composer();
    const parts = [this.statusBar(), this.heading(), chat, this.phrases(), composer, this.tools, this.sheet];
    this.screen = el("div", { class: "screen" }, parts);
    const face = { class: "avatar", style: `background:${this.colour}`, "aria-hidden": "true" };
    const hide = el("button", { type: "button", class: "plain round", "aria-label": t("hide", name) }, icon("close"));
    hide.addEventListener("click", () => this.settings.hide(this.member.userid));
    const owner = [el("span", face, name.slice(-2)), el("h2", {}, name), el("small", {}, title), hide];
    const frame = { class: "phone", "data-phone": this.member.userid, "aria-label": t("phoneOf", name) };
    this.element = el("section", frame, el("header", { class: "owner" }, owner), this.screen);
  }

  statusBar() {
    this.time = el("span", {}, clock(Date.now() / 1000));
    const signs = el("span", { class: "signs" }, el("i", { class: "signal" }), el("i", { class: "battery" }));
    return el("div", { class: "status", "aria-hidden": "true" }, this.time, signs);
  }

  heading() {
    const back = el("span", { class: "back", "aria-hidden": "true" }, "‹");
    return el("div", { class: "heading" }, back, el("b", {}, this.settings.app), el("span", { class: "back" }));
  }

  phrases() {
    const chips = this.settings.phrases.map((phrase) =>
      el("button", { type: "button", class: "chip", onclick: () => this.say(phrase) }, phrase));
    return el("div", { class: "phrases", role: "group", "aria-label": t("phrases") }, chips);
  }

  composer() {
    this.input = el("input", {
      "data-say": true,
      type: "text",
      maxlength: 2000,
      autocomplete: "off",
      placeholder: t("sayHere"),
      "aria-label": t("say", this.member.name),
    });
    this.tools = this.toolBox();
    const more = { class: "plain round", "data-more": true, "aria-label": t("more"), "aria-expanded": "false" };
    this.more = el("button", { type: "button", ...more, onclick: () => this.showTools() }, icon("plus"));
    const send = { type: "submit", class: "send", "data-send": true, "aria-label": t("send") };
    const form = el("form", { class: "composer" }, this.more, this.input, el("button", send, icon("send")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.say(this.input.value);
      this.input.value = "";
    });
    return form;
  }

  showTools() {
    this.tools.hidden = !this.tools.hidden;
    this.more.setAttribute("aria-expanded", String(!this.tools.hidden));
    this.toEnd();
  }

  toolBox() {
    const field = { type: "file", accept: "image/png,image/jpeg", class: "unseen", "data-photo": true, tabindex: "-1" };
    const picker = el("input", { ...field, "aria-label": t("photo"), onchange: () => this.sendPhoto(picker) });
    const actions = {
      photo: () => picker.click(),
      sample: () => this.act("image", {}),
      voice: () => this.act("voice", {}),
      place: () => this.act("location", { label: "学校操场" }),
      enter: () => this.act("event", { event: "enter_agent" }),
    };
    const tools = Object.entries(actions).map(([name, onclick]) =>
      el("button", { type: "button", "data-tool": name, onclick }, icon(name), t(name)));
    return el("div", { class: "tools", hidden: true }, picker, tools);
  }

  say(words) {
    if (words.trim()) this.act("say", { text: words.trim() });
  }

  async sendPhoto(picker) {
    const file = picker.files[0];
    picker.value = "";
    if (!file) return;
    const reader = new FileReader();
    reader.onload = () => this.act("image", { bytes: reader.result, name: file.name });
    reader.readAsDataURL(file);
  }

  async act(what, wish) {
    try {
      const outcome = await order(what, { user: this.member.userid, ...wish });
      if (!outcome.delivered) this.tell(t("notDelivered"));
    } catch (error) {
      this.tell(t("failed", error.message));
    }
  }

  async press(state, key, button) {
    const form = button.closest("form");
    if (form.getAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    await this.act("press", { task_id: state.task_id, key, selected: button.closest(".menu") ? {} : chosen(form) });
    form.removeAttribute("aria-busy");
  }

  show(message) {
    const known = this.messages.get(message.id);
    const atEnd = this.atEnd();
    this.messages.set(message.id, message);
    const drawn = drawMessage(message, this);
    if (known) this.replace(this.log.querySelector(`[data-message="${message.id}"]`), drawn);
    else this.append(message, drawn);
    this.empty.hidden = true;
    if (atEnd) this.toEnd();
    else if (!known) this.waiting(1);
    const settle = () => atEnd && this.toEnd();
    for (const image of drawn.querySelectorAll("img")) image.addEventListener("load", settle, { once: true });
  }

  append(message, drawn) {
    if (!this.last || message.at - this.last > PAUSE) {
      const time = el("time", { datetime: new Date(message.at * 1000).toISOString() }, clock(message.at));
      this.log.append(el("li", { class: "message notice" }, time));
    }
    this.last = message.at;
    this.log.append(drawn);
  }

  replace(old, drawn) {
    const key = old.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    old.replaceWith(drawn);
    drawn.classList.add("changed");
    if (key) (drawn.querySelector(`[data-key="${CSS.escape(key)}"]`) ?? this.log).focus({ preventScroll: true });
  }

  atEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 60;
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.waiting(-this.below);
  }

  scrolled() {
    if (this.below && this.atEnd()) this.waiting(-this.below);
  }

  waiting(more) {
    this.below += more;
    this.pill.hidden = this.below <= 0;
    this.pill.textContent = `↓ ${t("newer", this.below)}`;
  }

  tell(words) {
    this.toast.textContent = words;
    this.toast.hidden = false;
    clearTimeout(this.toastTimer);
    this.toastTimer = setTimeout(() => { this.toast.hidden = true; }, 4000);
  }

  open(url) {
    const address = `/phones/${encodeURIComponent(this.member.userid)}/open?url=${encodeURIComponent(url)}`;
    this.before = document.activeElement;
    const close = el("button", { type: "button", class: "plain round", "aria-label": t("close"), "data-close": true,
      onclick: () => this.closeSheet() }, icon("close"));
    this.sheet.replaceChildren(
      el("div", { class: "sheet-head" }, close, el("span", {}, new URL(url).host), el("a", { href: address,
        target: "_blank", rel: "noopener" }, t("browser"), icon("outside"))),
      el("iframe", { src: address, title: t("page", this.member.name) }));
    this.sheet.hidden = false;
    close.focus();
  }

  closeSheet() {
    this.sheet.hidden = true;
    this.sheet.replaceChildren();
    this.before?.isConnected && this.before.focus({ preventScroll: true });
  }
}
