// Before the first paint: the colours that were chosen here last, else those of the system.
{
  let chosen = "auto";
  try {
    chosen = localStorage.getItem("kasal-color-scheme") ?? chosen;
  } catch {
    // Storage may be switched off.
  }
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const scheme = chosen === "auto" ? system : chosen;
  document.documentElement.setAttribute("data-mantine-color-scheme", scheme);
}
