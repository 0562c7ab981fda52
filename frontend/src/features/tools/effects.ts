/** What happens when a call is repeated after a crash, in the user's words. */
export interface Effect {
  label: string;
  means: string;
}

export const EFFECTS: Record<string, Effect> = {
  idempotent: {
    label: "May be repeated",
    means: "Calling it twice does no harm: after a crash it is simply called again.",
  },
  once: {
    label: "Once",
    means:
      "It changes something: a call that was made is not made again after a crash; its recorded result is used.",
  },
  ask: {
    label: "Ask a person",
    means:
      "The run waits before each call until somebody approves it under Approvals. Then it is made once.",
  },
};

export function effectOf(side: string): Effect {
  return EFFECTS[side] ?? { label: side, means: "" };
}
