// When the server is gone, Streamlit puts a dialog over the page. But the browser can still compute:
// the dialog is closed, and one line says what has to wait.

const NOTICE =
  "The server does not answer. What this browser computes still works; everything else waits.";

/** Watches the connection from now on. */
export function tellOfLostServer() {
  const app = document.querySelector(".stApp");
  const notice = document.createElement("div");
  notice.setAttribute("role", "status");
  notice.className = "charlstm-lost-server"; // styled by theme.css
  document.body.append(notice);
  const look = () => {
    const isLost = app.dataset.testConnectionState !== "CONNECTED";
    const text = isLost ? NOTICE : "";
    if (notice.textContent !== text) notice.textContent = text;
    if (isLost) closeDialog();
  };
  new MutationObserver(look).observe(app, { attributeFilter: ["data-test-connection-state"] });
  new MutationObserver(look).observe(document.body, { childList: true });
}

function closeDialog() {
  for (const dialog of document.querySelectorAll("[role=dialog]")) {
    if (!dialog.textContent.includes("Connection error")) continue;
    dialog.querySelector("button[aria-label=Close]")?.click();
  }
}
