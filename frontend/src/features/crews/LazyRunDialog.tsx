import { lazy, Suspense, useEffect } from "react";
import { Loading } from "@/components/Loading";
import { focusBack } from "@/lib/focus";

// What crews look like is there before it is needed.
const RunDialog = lazy(async () => ({
  default: (await import("@/components/run/RunDialog")).RunDialog,
}));

interface Props {
  crewId: string;
  name: string;
  onClose: () => void;
}

/** The inputs of a saved crew, and the button that starts it. */
export function LazyRunDialog(props: Props) {
  useEffect(() => focusBack, []);
  return (
    <Suspense fallback={<Loading what="Opening the inputs" />}>
      <RunDialog {...props} opened />
    </Suspense>
  );
}
