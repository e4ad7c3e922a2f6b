// The one wrapper around the rich-text editor: nothing else on our pages knows which editor it is.
//
// What it lets in is an explicit list (never "*[*]", which ran an onerror handler on paste in trials), cleaned a second time
// on every way in. The server's sanitiser remains the real guard; this one protects the person who pastes.
import { placeOf, rangeOver, rewrite, wordsOf } from "./editor-places.js";
import { WORDS } from "./editor-words.js";

const COMMON = "style|class|id|title|dir|lang|align|data-*";
const TAGS = [
  "p", "section", "div", "span", "strong", "b", "em", "i", "u", "s", "del", "ins", "sub", "sup", "small", "mark", "code",
  "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "li", "dl", "dt", "dd", "figure", "figcaption",
  "center", "ruby", "rt", "rp", "caption", "thead", "tbody", "tfoot", "article", "header", "footer",
];
const SPECIAL = [
  "br", "hr[style|class]", `ol[${COMMON}|start|type]`, `a[${COMMON}|href|target]`, `font[${COMMON}|color|size|face]`,
  `img[${COMMON}|src|alt|width|height]`, `table[${COMMON}|border|cellpadding|cellspacing|width]`,
  `tr[${COMMON}|valign]`, `td[${COMMON}|colspan|rowspan|width|height|valign]`,
  `th[${COMMON}|colspan|rowspan|width|height|valign]`, `col[${COMMON}|span|width]`, `colgroup[${COMMON}|span]`,
];
const ELEMENTS = TAGS.map((tag) => `${tag}[${COMMON}]`).concat(SPECIAL).join(",");
const CHILDREN = "+section[section|p|svg|span|strong|img|table|#text],+span[section|p|div],+a[section|p|div|img]";

const FORBIDDEN = ["style", "script", "iframe", "form", "input", "button", "textarea", "select", "object", "embed", "svg",
  "math", "link", "meta", "base", "template", "video", "audio"];
// The server keeps no address in a style at all; dropping it here keeps the page from asking for it meanwhile.
const ADDRESS = /url\s*\(/i;

/** Clean pasted or loaded HTML; pictures from elsewhere keep their address aside until the server has stored them. */
export function clean(html, { ownPictures, placeholder }) {
  const fragment = window.DOMPurify.sanitize(html.replace(/<!--\[if[\s\S]*?<!\[endif\]-->/g, ""), {
    FORBID_TAGS: FORBIDDEN,
    FORBID_ATTR: ["srcset", "background", "onerror", "contenteditable"],
    ALLOW_UNKNOWN_PROTOCOLS: false,
    RETURN_DOM_FRAGMENT: true,
  });
  fragment.querySelectorAll("img").forEach((image) => holdRemote(image, ownPictures, placeholder));
  fragment.querySelectorAll("[style]").forEach(dropRemoteStyles);
  const holder = document.createElement("div");
  holder.append(fragment);
  return holder.innerHTML;
}

function holdRemote(image, ownPictures, placeholder) {
  const address = image.getAttribute("src") || image.dataset.src || "";
  if (address.startsWith(ownPictures) || address.startsWith("data:image/") || address.startsWith("blob:")
    || image.dataset.remote) return;
  image.setAttribute("src", placeholder);
  image.setAttribute("data-remote", image.dataset.src || address);
  image.removeAttribute("data-src");
}

function dropRemoteStyles(element) {
  const text = element.getAttribute("style");
  if (!ADDRESS.test(text)) return;
  const kept = text.split(";").filter((part) => !ADDRESS.test(part)).join(";");
  element.setAttribute("style", kept);
}

// Colours by the names people give them; the second of each pair is read aloud and shown as a tip.
const COLOURS = [
  "1F2329", "黑", "4A5261", "深灰", "8A919F", "灰", "FFFFFF", "白", "C02C38", "朱红", "E16C2B", "橙",
  "B26B00", "赭黄", "F6D365", "淡黄", "1B7F4B", "绿", "D7F0E1", "淡绿", "17408B", "深蓝", "3D7BD9", "蓝",
  "DCE9FB", "淡蓝", "6B3FA0", "紫", "EADCF8", "淡紫", "FBE3E4", "淡红",
];

/** Count as an office does: each Chinese character is one, each run of Latin letters or digits is one. */
export function countWords(text) {
  const han = (text.match(/[\u3400-\u9fff\uf900-\ufaff]/g) || []).length;
  const latin = (text.match(/[A-Za-z0-9\u00c0-\u024f]+/g) || []).length;
  return han + latin;
}

/**
 * Start the editor on a text area.
 *
 * options: base (address of the editor's files), contentCss, ownPictures (prefix of our pictures' addresses), placeholder
 * (address of the waiting picture), language, label, upload(blob, name) → Promise of an address, onChange(), onPasted().
 * Answers a promise of { html, text, set, insert, focus, select, mend, undo, selectTag, mendTag, block, images }.
 */
export async function startBody(area, options) {
  window.hugerte.addI18n("zh-CN", WORDS);
  const [editor] = await window.hugerte.init(settings(area, options));
  return face(editor);
}

function settings(area, options) {
  const tidy = (html) => clean(html, options);
  return {
    target: area,
    base_url: options.base,
    suffix: ".min",
    skin: options.dark ? "oxide-dark" : "oxide",
    content_css: options.contentCss,
    language: options.language.startsWith("zh") ? "zh-CN" : undefined,
    language_load: false,
    plugins: "table lists link searchreplace",
    menubar: false,
    statusbar: false,
    branding: false,
    promotion: false,
    help_accessibility: false,
    contextmenu: false,
    toolbar_mode: window.matchMedia("(max-width: 640px)").matches ? "sliding" : "wrap",
    toolbar: "undo redo | blocks fontsize | bold italic underline forecolor backcolor | alignleft aligncenter alignjustify"
      + " | bullist numlist blockquote hr table link | searchreplace removeformat",
    font_size_formats: "12px 13px 14px 15px 16px 17px 18px 20px 24px",
    color_map: COLOURS,
    color_cols: 4,
    custom_colors: false,
    block_formats: options.language.startsWith("zh") ? "正文=p;标题=h2;小标题=h3;引用=blockquote" : "Text=p;Heading=h2;Subheading=h3;Quotation=blockquote",
    iframe_aria_text: options.label,
    height: "100%",
    min_height: 420,
    resize: false,
    valid_elements: ELEMENTS,
    valid_children: CHILDREN,
    convert_urls: false,
    relative_urls: false,
    link_default_target: "_blank",
    link_title: false,
    object_resizing: "img,table",
    paste_webkit_styles: "all",
    paste_remove_styles_if_webkit: false,
    paste_data_images: true,
    automatic_uploads: true,
    images_reuse_filename: false,
    images_upload_handler: (blob) => options.upload(blob.blob(), blob.filename()),
    setup(editor) {
      editor.on("PastePreProcess", (event) => { event.content = tidy(event.content); });
      editor.on("BeforeSetContent", (event) => {
        if (event.content && !event.selection) event.content = tidy(event.content);
      });
      editor.on("PastePostProcess", () => window.setTimeout(options.onPasted, 0));
      editor.on("input change undo redo SetContent", options.onChange);
    },
  };
}

function face(editor) {
  return {
    html: () => editor.getContent(),
    text: () => editor.getContent({ format: "text" }),
    set: (html) => editor.setContent(html),
    insert: (html) => editor.insertContent(html),
    focus: () => editor.focus(),
    images: () => Array.from(editor.getBody().querySelectorAll("img")),
    changed: () => editor.dispatch("change"),
    block: () => blockNumber(editor),
    select: (spot) => selectSpot(editor, spot),
    mend: (spot, text) => mendSpot(editor, spot, text),
    undo: () => editor.undoManager.undo(),
    selectTag: (tag, nth) => selectTag(editor, tag, nth),
    mendTag: (attribute, nth, words, text) => mendTag(editor, attribute.split("."), nth, { words, text }),
  };
}

/** Which top-level block holds the caret; the preview shows the same one. */
function blockNumber(editor) {
  const blocks = Array.from(editor.getBody().children);
  const here = editor.selection.getNode();
  return Math.max(0, blocks.findIndex((block) => block === here || block.contains(here)));
}

/** Select the words of a finding, even when tags lie between its characters. */
function selectSpot(editor, spot) {
  const parts = placeOf(editor.getBody(), spot);
  if (!parts) return false;
  editor.selection.setRng(rangeOver(parts));
  editor.selection.scrollIntoView();
  editor.focus();
  return true;
}

/** Put other words in their place, as one step of the undo history; answers what stood there, empty where it is gone. */
function mendSpot(editor, spot, text) {
  const parts = placeOf(editor.getBody(), spot);
  if (!parts) return "";
  const was = wordsOf(parts);
  editor.undoManager.transact(() => rewrite(parts, text));
  editor.selection.scrollIntoView();
  editor.dispatch("change");
  return was;
}

const tagAt = (editor, tag, nth) => editor.getBody().querySelectorAll(tag)[nth];

/** Select the picture or link that bears the words. */
function selectTag(editor, tag, nth) {
  const element = tagAt(editor, tag, nth);
  if (!element) return false;
  editor.selection.select(element);
  editor.selection.scrollIntoView(element);
  editor.focus();
  return true;
}

/** Mend words in an attribute of a tag (the text behind a picture). */
function mendTag(editor, [tag, attribute], nth, { words, text }) {
  const element = tagAt(editor, tag, nth);
  const value = element ? element.getAttribute(attribute) || "" : "";
  if (!element || !words || !value.includes(words)) return false;
  editor.undoManager.transact(() => editor.dom.setAttrib(element, attribute, value.replace(words, text)));
  editor.dispatch("change");
  return true;
}
