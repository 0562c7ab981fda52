import {
  createTheme,
  localStorageColorSchemeManager,
  type MantineColorsTuple,
  Tooltip,
} from "@mantine/core";

/** The one accent. Everything else is neutral; status colours stand for status only. */
const accent: MantineColorsTuple = [
  "#eef1ff",
  "#dde2fb",
  "#b9c2f2",
  "#93a0ea",
  "#7383e3",
  "#5f71df",
  "#4c5fd7",
  "#3f51be",
  "#3748ab",
  "#2c3c97",
];

const gray: MantineColorsTuple = [
  "#fafafa",
  "#f4f4f5",
  "#e8e8ea",
  "#dcdcdf",
  "#c8c8cd",
  "#a1a1aa",
  "#71717a",
  "#52525b",
  "#3a3a40",
  "#232327",
];

const dark: MantineColorsTuple = [
  "#d4d4d8",
  "#b4b4bb",
  "#8e8e97",
  "#62626b",
  "#3d3d44",
  "#313137",
  "#1e1e22",
  "#1a1a1e",
  "#17171a",
  "#101012",
];

/** What a dialog stands before stays to be read. */
export const VEIL = { backgroundOpacity: 0.4 };
const TITLE = { fontSize: "16px", fontWeight: 600 };

export const theme = createTheme({
  primaryColor: "accent",
  primaryShade: 6,
  autoContrast: true,
  colors: { accent, gray, dark },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace",
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "18px" },
  lineHeights: { md: "1.5" },
  spacing: { xs: "8px", sm: "12px", md: "16px", lg: "24px", xl: "32px" },
  radius: { xs: "4px", sm: "6px", md: "8px", lg: "12px", xl: "16px" },
  defaultRadius: "sm",
  headings: {
    fontWeight: "600",
    sizes: {
      h1: { fontSize: "24px", lineHeight: "1.3" },
      h2: { fontSize: "20px", lineHeight: "1.3" },
      h3: { fontSize: "18px", lineHeight: "1.35" },
      h4: { fontSize: "16px", lineHeight: "1.4" },
    },
  },
  respectReducedMotion: true,
  cursorType: "pointer",
  components: {
    Tooltip: Tooltip.extend({
      defaultProps: { openDelay: 300, transitionProps: { duration: 100 } },
    }),
    Modal: {
      defaultProps: { centered: true, transitionProps: { duration: 120 }, overlayProps: VEIL },
      styles: { title: TITLE },
    },
    Drawer: {
      defaultProps: { transitionProps: { duration: 140 }, overlayProps: VEIL },
      styles: { title: TITLE },
    },
    Menu: {
      // Without the placeholder the first item has the focus, and nothing in the menu is no item.
      defaultProps: {
        transitionProps: { duration: 80 },
        shadow: "md",
        withInitialFocusPlaceholder: false,
      },
    },
    Button: { defaultProps: { size: "sm" } },
    CloseButton: { defaultProps: { "aria-label": "Close" } },
    Loader: { defaultProps: { type: "oval" } },
  },
});

/** The same key as public/theme.js. A colour scheme is no secret. */
export const colorSchemeManager = localStorageColorSchemeManager({ key: "kasal-color-scheme" });
