import { MantineProvider, Title } from "@mantine/core";
import "@mantine/core/styles.css";
import { nonce } from "@/app/nonce";

export function App() {
  return (
    <MantineProvider getStyleNonce={() => nonce} defaultColorScheme="auto">
      <Title>Kasal</Title>
    </MantineProvider>
  );
}
