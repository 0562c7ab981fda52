import { lazy, Suspense } from "react";
import { Loading } from "@/components/Loading";

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
  return (
    <Suspense fallback={<Loading what="Opening the inputs" />}>
      <RunDialog {...props} opened />
    </Suspense>
  );
}
