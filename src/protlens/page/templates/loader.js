// Unpacks the program that this file carries, starts it, and says so on the page if that fails.
const page = document.getElementById("protlens-page");

async function unpack(id) {
  const packed = atob(document.getElementById(id).textContent);
  const bytes = Uint8Array.from(packed, (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const script = new Blob([await new Response(stream).arrayBuffer()], { type: "text/javascript" });
  return URL.createObjectURL(script);
}

async function start() {
  const [program, viewer] = await Promise.all([unpack("protlens-page-js"), unpack("protlens-viewer-js")]);
  page.dataset.viewer = viewer;
  await import(program);
}

start().catch((error) => {
  const note = document.createElement("p");
  note.setAttribute("role", "alert");
  note.textContent = `This browser could not start the interactive page (${error.message}). A browser of 2023 or later can.`;
  page.replaceChildren(note);
});
