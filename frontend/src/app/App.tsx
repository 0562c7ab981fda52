import "@fontsource-variable/inter/wght.css";
import "@mantine/core/styles.layer.css";
import "@mantine/dropzone/styles.layer.css";
import "@mantine/notifications/styles.layer.css";
import "@mantine/spotlight/styles.layer.css";
import { MantineProvider, mergeThemeOverrides } from "@mantine/core";
import { ModalsProvider } from "@mantine/modals";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { queryClient } from "@/app/queryClient";
import { router } from "@/app/router";
import { colorSchemeManager, theme } from "@/app/theme";
import "@/app/tokens.css";
import { focusBack } from "@/lib/focus";
import { nonce } from "@/lib/nonce";

const returning = { defaultProps: { onExitTransitionEnd: focusBack } };
const whole = mergeThemeOverrides(theme, {
  components: { Modal: returning, Drawer: returning },
});

export function App() {
  return (
    <MantineProvider
      theme={whole}
      defaultColorScheme="auto"
      colorSchemeManager={colorSchemeManager}
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={queryClient}>
        <ModalsProvider>
          <Notifications position="bottom-right" limit={4} />
          <RouterProvider router={router} />
        </ModalsProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
