// The plain desk page: one person plays the customer and answers with the suggested lines.

const words = JSON.parse(document.body.dataset.words);
const moods = { calm: "平稳", anxious: "着急", angry: "激动" };
const bands = { answer: "可直接发送", suggest: "供参考" };
const firstSight = 3;
const $ = (id) => document.getElementById(id);

let chat = null;
let offered = [];
let drafting = 0;
// The suggestion that the draft was made from, if any.
let picked = "";

async function call(path, body) {
  const response = await fetch(path, body === undefined ? {} : {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? `服务暂时不可用（${response.status}）`);
  return answer;
}

function tell(error) {
  $("error").textContent = error.message;
  $("error").hidden = false;
  setTimeout(() => { $("error").hidden = true; }, 6000);
}

async function start() {
  chat = (await call("/api/chats", {})).id;
  picked = "";
  $("lines").replaceChildren();
  $("findings").replaceChildren();
  show([]);
  $("none").hidden = true;
  $("customer").focus();
  const facts = await call("/api/knowledge");
  $("facts").textContent = `版本 ${facts.version} · 话术 ${facts.lines} 条 · 方案 ${facts.solutions} 个`;
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function addLine(role, text) {
  const line = element("li", role, text);
  $("lines").append(line);
  line.scrollIntoView({ block: "nearest" });
}

async function say(role, text, suggestion) {
  const line = suggestion ? { role, text, suggestion } : { role, text };
  const turn = await call(`/api/chats/${chat}/lines`, line);
  addLine(role, text);
  for (const text of turn.bot) addLine("bot", `智能助手：${text}`);
  for (const e of turn.escalations) addLine("alert", `升级提醒：${e.reason}`);
  $("state").textContent =
    `情绪 ${moods[turn.emotion]} · ${turn.contact_type} · ${turn.priority}` +
    (turn.fields.order_no ? ` · 订单 ${turn.fields.order_no}` : "");
  if (role === "customer") {
    offered = turn.suggestions;
    show(offered.slice(0, firstSight));
  }
}

function show(list) {
  $("suggestions").replaceChildren(...list.map(card));
  $("none").hidden = list.length > 0 || !$("lines").children.length;
  $("more").hidden = list.length >= offered.length || !list.length;
}

function card(s) {
  const item = element("li");
  const head = element("div", "head");
  head.append(
    element("span", "kind", words.kinds[s.kind]),
    element("span", `band-${s.band}`, bands[s.band]),
    element("span", "score", s.score.toFixed(2)),
  );
  const text = element("p", "text");
  for (const part of s.text.split(/(【[^】]+】)/)) {
    const isHole = s.holes.some((h) => part === `【${words.holes[h]}】`);
    text.append(isHole ? element("span", "hole", part) : part);
  }
  const insert = element("button", "", "插入");
  insert.type = "button";
  insert.addEventListener("click", () => insertAtCursor(s));
  const send = element("button", "", "发送");
  send.type = "button";
  send.disabled = !s.ready;
  send.title = s.ready ? "" : "请先插入并补全标出的内容";
  send.addEventListener("click", () => say("agent", s.text, s.id).then(() => show([])).catch(tell));
  const row = element("div", "row");
  row.append(insert, send);
  item.append(head, text, element("p", "why", s.why), row);
  return item;
}

function insertAtCursor(s) {
  const box = $("agent");
  picked = s.id;
  box.setRangeText(s.text, box.selectionStart, box.selectionEnd, "end");
  box.focus();
  checkDraft();
}

async function checkDraft() {
  const mine = ++drafting;
  const text = $("agent").value;
  if (!text.trim()) { $("findings").replaceChildren(); return null; }
  const result = await call("/api/check", { chat, text });
  if (mine !== drafting) return result;
  $("findings").replaceChildren(...result.findings.map((f) =>
    element("li", f.severity, `${f.severity === "block" ? "须修改" : "提醒"}：${f.message}${f.advice ? "。建议：" + f.advice : ""}`)));
  return result;
}

let pause = null;
$("agent").addEventListener("input", () => {
  if (!$("agent").value.trim()) picked = "";
  clearTimeout(pause);
  pause = setTimeout(() => checkDraft().catch(tell), 200);
});

$("customer-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("customer").value;
  if (!text.trim()) return;
  say("customer", text).then(() => { $("customer").value = ""; }).catch(tell);
});

$("agent-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("agent").value;
  if (!text.trim()) return;
  checkDraft()
    .then((result) => {
      if (result.blocked) throw new Error("这句话需要先修改再发送");
      return say("agent", text, picked);
    })
    .then(() => { $("agent").value = ""; picked = ""; $("findings").replaceChildren(); show([]); })
    .catch(tell);
});

$("more").addEventListener("click", () => show(offered));
$("restart").addEventListener("click", () => start().catch(tell));
start().catch(tell);
