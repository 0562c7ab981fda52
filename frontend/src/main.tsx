import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "@/app/App";
import { watchFocus } from "@/lib/focus";

// A new build has other file names: whoever still has the old page gets the new one at the next turn.
window.addEventListener("vite:preloadError", () => window.location.reload());

watchFocus();

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
