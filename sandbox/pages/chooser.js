// Choosing whose phones are shown.

import { el } from "./dom.js";
import { t } from "./words.js";

const MOST = 8;

export class Chooser {
  constructor(members, shown, changed) {
    this.members = members;
    this.shown = shown;
    this.changed = changed;
    this.dialog = document.querySelector("[data-chooser]");
    this.filter = this.dialog.querySelector("[data-filter]");
    this.list = this.dialog.querySelector("[data-people]");
    this.filter.addEventListener("input", () => this.draw(this.unread));
  }

  open(unread) {
    this.unread = unread;
    this.filter.value = "";
    this.filter.placeholder = t("filter");
    this.filter.setAttribute("aria-label", t("filter"));
    this.draw(unread);
    this.dialog.showModal();
    this.filter.focus();
  }

  draw(unread) {
    const wanted = this.filter.value.trim().toLowerCase();
    const fits = ({ name, title, userid }) => `${name} ${title} ${userid}`.toLowerCase().includes(wanted);
    const lines = this.members.filter(fits).map((member) => this.line(member, unread.get(member.userid)));
    this.list.replaceChildren(...lines.map((line) => el("li", {}, line)));
  }

  line(member, unread) {
    const box = el("input", { type: "checkbox", value: member.userid, checked: this.shown.includes(member.userid) });
    box.addEventListener("change", () => this.toggle(member.userid, box));
    const badge = unread ? el("b", { class: "badge" }, String(unread)) : null;
    return el("label", {}, box, el("span", {}, member.name), el("small", {}, member.title), badge);
  }

  toggle(userid, box) {
    const next = box.checked ? [...this.shown, userid] : this.shown.filter((other) => other !== userid);
    if (!next.length || next.length > MOST) {
      box.checked = !box.checked;
      return;
    }
    this.shown = next;
    this.changed(next);
  }
}
