/* Read a QR code in the browser where it can; the picture then never leaves the telephone. Otherwise the form uploads it. */
(function () {
  const form = document.querySelector("form[data-scan]");
  if (!form || !("BarcodeDetector" in window) || !("createImageBitmap" in window)) return;
  const input = form.querySelector("input[type=file]");

  async function textOf(file) {
    const formats = await window.BarcodeDetector.getSupportedFormats();
    if (!formats.includes("qr_code")) return "";
    const found = await new window.BarcodeDetector({ formats: ["qr_code"] }).detect(await createImageBitmap(file));
    return found.length ? found[0].rawValue : "";
  }

  form.addEventListener("submit", async function (event) {
    if (!input.files.length) return;
    event.preventDefault();
    let text = "";
    try {
      text = await textOf(input.files[0]);
    } catch (error) {
      text = ""; // No picture this browser can draw: the server looks at it.
    }
    if (!text) {
      form.submit();
      return;
    }
    const address = new URL(form.dataset.scan, window.location.href);
    address.searchParams.set("q", text.slice(0, 200));
    const language = form.querySelector("input[name=lang]");
    if (language) address.searchParams.set("lang", language.value);
    window.location.assign(address);
  });
})();
