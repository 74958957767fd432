// The five template cards, drawn like the client's: a block at a time, only the blocks that the type shows.

import { el, icon } from "./dom.js";
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
  const form = el("form", { class: "card", "data-card": state.task_id, "data-type": card.card_type, onsubmit: (e) => e.preventDefault() });
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
  const entries = menu.action_list.map((entry) => el("button", {
    type: "button", "data-key": entry.key,
    onclick: (event) => { event.target.closest("details").open = false; phone.press(state, entry.key, event.target); },
  }, entry.text));
  return el("details", { class: "menu" }, el("summary", { "aria-label": menu.desc || t("menu") }, icon("more")), el("div", {}, menu.desc ? el("p", {}, menu.desc) : null, entries));
}

// Something that leads elsewhere is a link, so that a keyboard reaches it; other blocks are plain.
function leading(target, phone, properties, ...children) {
  if (target?.type === 1) {
    return el("a", { ...properties, href: target.url, onclick: (event) => { event.preventDefault(); phone.open(target.url); } }, ...children);
  }
  if (target?.type === 2 && !target.media_id) return el("button", { type: "button", ...properties, onclick: () => phone.tell(t("miniProgram")) }, ...children);
  return el("div", properties, ...children);
}

function titles(card, _state, phone) {
  const { title, desc } = card.main_title ?? {};
  if (!title && !desc) return [];
  return [leading(card.card_action, phone, { class: "titles" }, title ? el("strong", {}, title) : null, desc ? el("small", {}, desc) : null)];
}

function emphasis(card) {
  const block = card.emphasis_content;
  return block?.title || block?.desc ? [el("div", { class: "emphasis" }, el("b", {}, block.title ?? ""), el("small", {}, block.desc ?? ""))] : [];
}

function quote(card, _state, phone) {
  const block = card.quote_area;
  return block ? [leading(block, phone, { class: "quote" }, block.title ? el("b", {}, block.title) : null, el("span", {}, block.quote_text ?? ""))] : [];
}

function line(card, _state, phone) {
  return card.sub_title_text ? [leading(card.card_action, phone, { class: "line" }, card.sub_title_text)] : [];
}

function rows(card, _state, phone) {
  const list = card.horizontal_content_list ?? [];
  return list.length ? [el("dl", { class: "rows" }, list.map((row) => [el("dt", {}, row.keyname), el("dd", {}, value(row, phone))]))] : [];
}

function value(row, phone) {
  const words = row.value ?? "";
  if (row.type === 1) return leading(row, phone, {}, words);
  if (row.type === 2) return el("a", { href: `/media/${row.media_id}`, target: "_blank", rel: "noopener" }, words);
  if (row.type === 3) return el("button", { type: "button", class: "text-link", onclick: () => phone.tell(t("profile", words || row.userid)) }, words || row.userid);
  return words;
}

function jumps(card, _state, phone) {
  const list = card.jump_list ?? [];
  return list.length ? [el("div", { class: "jumps" }, list.map((jump) => leading(jump, phone, { class: "jump" }, el("span", {}, jump.title), icon("next"))))] : [];
}

function picture(card, _state, phone) {
  const image = card.card_image;
  if (!image) return [];
  return [leading(card.card_action, phone, { class: "picture" }, el("img", { src: image.url, alt: card.main_title?.title ?? "", style: `aspect-ratio:${image.aspect_ratio ?? 1.3}` }))];
}

function beside(card, _state, phone) {
  const block = card.image_text_area;
  return block ? [leading(block, phone, { class: "beside" }, el("img", { src: block.image_url, alt: "" }), el("span", {}, el("b", {}, block.title ?? ""), el("small", {}, block.desc ?? "")))] : [];
}

function points(card) {
  return (card.vertical_content_list ?? []).map((point) => el("div", { class: "point" }, el("b", {}, point.title), el("span", {}, point.desc ?? "")));
}

function dropDown(block, state) {
  const chosen = state.selected?.[block.question_key]?.[0] ?? block.selected_id;
  const options = block.option_list.map((option) => el("option", { value: option.id, selected: option.id === chosen }, option.text));
  const select = el("select", { name: block.question_key, "data-question": block.question_key, disabled: block.disable || state.replaced }, options);
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
  const list = block.option_list.map((option) => el("label", { class: "option" }, el("input", {
    type: block.mode ? "checkbox" : "radio", name: block.question_key, value: option.id,
    "data-question": block.question_key, "data-option": option.id,
    checked: chosen ? chosen.includes(option.id) : option.is_checked, disabled: block.disable || state.replaced,
  }), el("span", {}, option.text)));
  return [el("fieldset", { class: "boxes" }, el("legend", { class: "unseen" }, card.main_title?.title ?? ""), list)];
}

function dead(words) {
  return el("div", { class: "buttons" }, el("button", { type: "button", class: "dead", disabled: true }, words));
}

function buttons(card, state, phone) {
  if (state.replaced) return [dead(state.replaced)];
  const list = card.button_list.map((button) => button.type === 1
    ? leading(button, phone, { class: `push style-${button.style ?? 1}` }, button.text)
    : push(button, state, phone, button.style ?? 1));
  return [el("div", { class: `buttons count-${Math.min(list.length, 4)}` }, list)];
}

function submit(card, state, phone) {
  return [state.replaced ? dead(state.replaced) : el("div", { class: "buttons" }, push(card.submit_button, state, phone, 1))];
}

function push(button, state, phone, style) {
  return el("button", {
    type: "button", class: `push style-${style}`, "data-key": button.key,
    onclick: (event) => phone.press(state, button.key, event.currentTarget),
  }, button.text);
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

const BLOCKS = { titles, emphasis, quote, line, rows, jumps, picture, beside, points, choice, choices, boxes, buttons, submit };
