// The five template cards, drawn like the client's: a block at a time, only the blocks that the type shows.

import { el, icon, opening } from "./dom.js";
import { t } from "./words.js";

const SHOWN = {
  text_notice: ["titles", "emphasis", "quote", "line", "rows", "jumps"],
  news_notice: ["titles", "picture", "beside", "quote", "points", "rows", "jumps"],
  button_interaction: ["titles", "quote", "line", "rows", "choice", "buttons"],
  vote_interaction: ["titles", "boxes", "submit"],
  multiple_interaction: ["titles", "choices", "submit"],
};
const COLOURS = ["grey", "black", "red", "green"];

// `phone` opens pages, presses keys and tells people things; see phone.js.
export function drawCard(state, phone) {
  const { card, replaced } = state;
  const form = el("form", { class: "card", "data-card": state.task_id, "data-type": card.card_type });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.append(...source(card, state, phone));
  for (const block of SHOWN[card.card_type] ?? []) form.append(...BLOCKS[block](card, state, phone).filter(Boolean));
  if (replaced && !form.querySelector(".dead")) form.append(dead(replaced));
  return form;
}

function source(card, state, phone) {
  const { source: from, action_menu: menu } = card;
  if (!from?.desc && !menu) return [];
  const image = from?.icon_url ? el("img", { src: from.icon_url, alt: "", width: 16, height: 16 }) : null;
  const words = el("span", { class: `source ${COLOURS[from?.desc_color] ?? "grey"}` }, image, from?.desc ?? "");
  return [el("div", { class: "card-head" }, words, menu ? actionMenu(menu, state, phone) : null)];
}

function actionMenu(menu, state, phone) {
  const choose = (event) => {
    event.target.closest("details").open = false;
    phone.press(state, event.target.dataset.key, event.target);
  };
  const entries = menu.action_list.map((entry) =>
    el("button", { type: "button", "data-key": entry.key, onclick: choose }, entry.text));
  const dots = el("summary", { "aria-label": menu.desc || t("menu") }, icon("more"));
  return el("details", { class: "menu" }, dots, el("div", {}, maybe("p", menu.desc), entries));
}

// Something that leads elsewhere is a link, so that a keyboard reaches it; other blocks are plain.
function leading(target, phone, properties, ...children) {
  if (target?.type === 1) {
    return el("a", { ...properties, ...opening(target.url, (url) => phone.open(url)) }, ...children);
  }
  if (target?.type === 2) {
    const refuse = () => phone.tell(t("miniProgram"));
    return el("button", { type: "button", ...properties, onclick: refuse }, ...children);
  }
  return el("div", properties, ...children);
}

function maybe(name, words) {
  return words ? el(name, {}, words) : null;
}

function titles(card, _state, phone) {
  const { title, desc } = card.main_title ?? {};
  if (!title && !desc) return [];
  return [leading(card.card_action, phone, { class: "titles" }, maybe("strong", title), maybe("small", desc))];
}

function emphasis(card) {
  const { title, desc } = card.emphasis_content ?? {};
  return title || desc ? [el("div", { class: "emphasis" }, maybe("b", title), maybe("small", desc))] : [];
}

function quote(card, _state, phone) {
  const block = card.quote_area;
  if (!block) return [];
  return [leading(block, phone, { class: "quote" }, maybe("b", block.title), maybe("span", block.quote_text))];
}

function line(card, _state, phone) {
  return card.sub_title_text ? [leading(card.card_action, phone, { class: "line" }, card.sub_title_text)] : [];
}

function rows(card, _state, phone) {
  const list = card.horizontal_content_list ?? [];
  const lines = list.map((row) => [el("dt", {}, row.keyname), el("dd", {}, value(row, phone))]);
  return list.length ? [el("dl", { class: "rows" }, lines)] : [];
}

function value(row, phone) {
  const words = row.value || row.userid || "";
  if (row.type === 1) return leading(row, phone, {}, words);
  if (row.type === 2) return el("a", { href: `/media/${row.media_id}`, target: "_blank", rel: "noopener" }, words);
  if (row.type !== 3) return words;
  return el("button", { type: "button", class: "text-link", onclick: () => phone.tell(t("profile", words)) }, words);
}

function jumps(card, _state, phone) {
  const list = card.jump_list ?? [];
  const lines = list.map((jump) => leading(jump, phone, { class: "jump" }, maybe("span", jump.title), icon("next")));
  return list.length ? [el("div", { class: "jumps" }, lines)] : [];
}

function picture(card, _state, phone) {
  const image = card.card_image;
  if (!image) return [];
  const style = `aspect-ratio:${image.aspect_ratio ?? 1.3}`;
  const shown = el("img", { src: image.url, alt: card.main_title?.title ?? "", style });
  return [leading(card.card_action, phone, { class: "picture" }, shown)];
}

function beside(card, _state, phone) {
  const block = card.image_text_area;
  if (!block) return [];
  const words = el("span", {}, maybe("b", block.title), maybe("small", block.desc));
  return [leading(block, phone, { class: "beside" }, el("img", { src: block.image_url, alt: "" }), words)];
}

function points(card) {
  const list = card.vertical_content_list ?? [];
  return list.map((point) => el("div", { class: "point" }, maybe("b", point.title), maybe("span", point.desc)));
}

function dropDown(block, state) {
  const chosen = state.selected?.[block.question_key]?.[0] ?? block.selected_id;
  const options = block.option_list.map(({ id, text }) => el("option", { value: id, selected: id === chosen }, text));
  const disabled = Boolean(block.disable || state.replaced);
  const select = el("select", { "data-question": block.question_key, disabled }, options);
  return el("label", { class: "choice" }, el("span", {}, block.title ?? ""), select);
}

function choice(card, state) {
  return card.button_selection ? [dropDown(card.button_selection, state)] : [];
}

function choices(card, state) {
  return (card.select_list ?? []).map((block) => dropDown(block, state));
}

function boxes(card, state) {
  const block = card.checkbox;
  const chosen = state.selected?.[block.question_key];
  const field = {
    type: block.mode ? "checkbox" : "radio",
    name: block.question_key,
    "data-question": block.question_key,
    disabled: Boolean(block.disable || state.replaced),
  };
  const list = block.option_list.map(({ id, text, is_checked: preset }) => {
    const box = el("input", { ...field, value: id, "data-option": id, checked: chosen ? chosen.includes(id) : preset });
    return el("label", { class: "option" }, box, el("span", {}, text));
  });
  return [el("fieldset", { class: "boxes" }, el("legend", { class: "unseen" }, card.main_title?.title ?? ""), list)];
}

function dead(words) {
  return el("div", { class: "buttons" }, el("button", { type: "button", class: "dead", disabled: true }, words));
}

function buttons(card, state, phone) {
  if (state.replaced) return [dead(state.replaced)];
  const list = card.button_list.map((button) => button.type === 1
    ? leading(button, phone, { class: look(button) }, button.text)
    : push(button, state, phone));
  return [el("div", { class: `buttons count-${Math.min(list.length, 4)}` }, list)];
}

function submit(card, state, phone) {
  const button = state.replaced ? null : push(card.submit_button, state, phone);
  return [button ? el("div", { class: "buttons" }, button) : dead(state.replaced)];
}

// A style that does not exist counts as 1 (WeCom: 按钮交互型, button_list.style).
function look({ style }) {
  return `push style-${[1, 2, 3, 4].includes(style) ? style : 1}`;
}

function push(button, state, phone) {
  const press = (event) => phone.press(state, button.key, event.currentTarget);
  return el("button", { type: "button", class: look(button), "data-key": button.key, onclick: press }, button.text);
}

export function chosen(form) {
  const selected = {};
  for (const field of form.querySelectorAll("select[data-question]")) selected[field.dataset.question] = [field.value];
  for (const field of form.querySelectorAll("input[data-question]")) {
    selected[field.dataset.question] ??= [];
    if (field.checked) selected[field.dataset.question].push(field.value);
  }
  return selected;
}

const BLOCKS = {
  titles, emphasis, quote, line, rows, jumps, picture, beside, points, choice, choices, boxes, buttons, submit,
};
