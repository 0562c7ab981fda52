import { CloseButton, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { Search } from "lucide-react";
import { useState } from "react";

interface Props {
  asked: string | undefined;
  onAsk: (query: string | undefined) => void;
}

const PAUSE_MS = 300;

/** Asks when the typing rests. */
export function SearchBox({ asked, onAsk }: Props) {
  const [text, setText] = useState(asked ?? "");
  const ask = useDebouncedCallback((value: string) => {
    const query = value.trim();
    onAsk(query === "" ? undefined : query);
  }, PAUSE_MS);

  function write(value: string) {
    setText(value);
    ask(value);
  }

  return (
    <TextInput
      aria-label="Search in the documents"
      placeholder="Ask what the documents say"
      maxLength={4000}
      leftSection={<Search size={15} aria-hidden />}
      rightSection={
        text !== "" && (
          <CloseButton size="sm" aria-label="Clear the search" onClick={() => write("")} />
        )
      }
      value={text}
      onChange={(event) => write(event.currentTarget.value)}
    />
  );
}
