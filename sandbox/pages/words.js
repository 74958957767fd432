// The page's own words, Chinese first. What the bot writes is not translated.

const WORDS = {
  wall: ["掌上后勤 · 手机墙", "Houqin · wall of phones"],
  choose: ["换人", "People"],
  done: ["好了", "Done"],
  filter: ["找姓名或职务", "Name or position"],
  live: ["已连接", "Connected"],
  lost: ["连接断开，正在重连…", "Connection lost, trying again…"],
  phoneOf: ["{0}的手机", "{0}'s phone"],
  hide: ["收起{0}的手机", "Put {0}'s phone away"],
  say: ["以{0}的身份说", "Write as {0}"],
  sayHere: ["发消息", "Message"],
  send: ["发送", "Send"],
  more: ["更多", "More"],
  photo: ["照片", "Photo"],
  sample: ["示例照片", "Sample photo"],
  voice: ["示例语音", "Sample voice"],
  place: ["位置", "Place"],
  enter: ["进入应用", "Enter app"],
  phrases: ["常用语", "Quick phrases"],
  empty: ["在下面说一句话，或点一条常用语", "Write something below, or tap a phrase"],
  recalled: ["应用撤回了一条消息", "The app recalled a message"],
  newer: ["{0} 条新消息", "{0} new"],
  notDelivered: ["机器人没有应答", "The bot did not answer"],
  failed: ["没有成功：{0}", "That failed: {0}"],
  miniProgram: ["这里打不开小程序", "Mini programs cannot be opened here"],
  profile: ["成员：{0}", "Member: {0}"],
  browser: ["浏览器打开", "Open in browser"],
  close: ["关闭", "Close"],
  page: ["{0}手机上的网页", "Page on {0}'s phone"],
  image: ["图片", "Picture"],
  file: ["文件", "File"],
  voiceMessage: ["语音", "Voice"],
  menu: ["菜单", "Menu"],
  yesterday: ["昨天 {0}", "Yesterday {0}"],
};

let column = 0;

export function useLanguage(code) {
  column = code === "en" ? 1 : 0;
  document.documentElement.lang = column ? "en" : "zh-CN";
  for (const place of document.querySelectorAll("[data-word]")) place.textContent = t(place.dataset.word);
}

export function language() {
  return column ? "en" : "zh";
}

export function t(key, ...values) {
  return values.reduce((text, value, index) => text.replace(`{${index}}`, value), WORDS[key][column]);
}

export function clock(seconds) {
  const moment = new Date(seconds * 1000);
  const time = moment.toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(moment).setHours(0, 0, 0, 0)) / 86400000);
  if (days === 0) return time;
  return days === 1 ? t("yesterday", time) : `${moment.getMonth() + 1}-${moment.getDate()} ${time}`;
}
