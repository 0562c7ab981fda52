import "@testing-library/jest-dom/vitest";
import { cleanup } from "@testing-library/react";
import { afterEach, vi } from "vitest";

afterEach(cleanup);

// What Mantine asks of a browser and jsdom does not have.
window.matchMedia = (query: string) =>
  ({
    matches: false,
    media: query,
    onchange: null,
    addEventListener: vi.fn(),
    removeEventListener: vi.fn(),
    dispatchEvent: vi.fn(),
  }) as unknown as MediaQueryList;

class NoResizeObserver implements ResizeObserver {
  observe() {
    /* nothing is ever laid out here */
  }
  unobserve() {
    /* as above */
  }
  disconnect() {
    /* as above */
  }
}
window.ResizeObserver = NoResizeObserver;
