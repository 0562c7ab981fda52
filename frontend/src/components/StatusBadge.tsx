import {
  Ban,
  CircleCheck,
  CircleDashed,
  CircleX,
  Clock,
  Hand,
  LoaderCircle,
  Lock,
  type LucideIcon,
  MinusCircle,
  Pause,
  Pencil,
  Undo2,
  Unplug,
} from "lucide-react";
import classes from "@/components/StatusBadge.module.css";

interface Face {
  word: string;
  tone: "neutral" | "going" | "ok" | "warn" | "bad";
  icon: LucideIcon;
  moves?: boolean;
}

const WAITING: Face = { word: "Queued", tone: "neutral", icon: Clock };
const GOING: Face = { word: "Running", tone: "going", icon: LoaderCircle, moves: true };
const DONE: Face = { word: "Completed", tone: "ok", icon: CircleCheck };
const BROKEN: Face = { word: "Failed", tone: "bad", icon: CircleX };
const STOPPED: Face = { word: "Cancelled", tone: "neutral", icon: Ban };
const ASKING: Face = { word: "Waiting for approval", tone: "warn", icon: Hand };

/** Of executions, tasks, jobs, documents, approvals, schedules: by the API's own words. */
const FACES: Record<string, Face> = {
  PENDING: WAITING,
  PREPARING: { ...GOING, word: "Preparing" },
  RUNNING: GOING,
  WAITING_FOR_APPROVAL: ASKING,
  COMPLETED: DONE,
  FAILED: BROKEN,
  CANCELLED: STOPPED,
  SKIPPED: { ...STOPPED, word: "Skipped", icon: MinusCircle },
  queued: WAITING,
  running: GOING,
  reading: { ...GOING, word: "Reading" },
  ready: { ...DONE, word: "Ready" },
  completed: DONE,
  succeeded: DONE,
  failed: BROKEN,
  cancelled: STOPPED,
  pending: { ...ASKING, word: "To decide" },
  approved: { ...DONE, word: "Approved" },
  rejected: { ...BROKEN, word: "Rejected" },
  revised: { word: "Sent back", tone: "going", icon: Pencil },
  expired: { ...STOPPED, word: "Expired", icon: Clock },
  withdrawn: { ...STOPPED, word: "Withdrawn" },
  active: { ...DONE, word: "Active" },
  paused: { word: "Paused", tone: "neutral", icon: Pause },
  done: { ...DONE, word: "Done" },
  undone: { ...STOPPED, word: "Taken back", icon: Undo2 },
  missing: { ...BROKEN, word: "Missing" },
  not_permitted: { ...BROKEN, word: "Not permitted", icon: Lock },
  not_ready: { ...ASKING, word: "Not ready", icon: Clock },
  wrong_columns: { ...BROKEN, word: "Wrong columns" },
  wrong_dimension: { ...BROKEN, word: "Wrong dimension" },
  wrong_embedder: { ...BROKEN, word: "Other embedder" },
  unreachable: { ...BROKEN, word: "Not reached", icon: Unplug },
  on: { ...DONE, word: "On" },
  off: { ...STOPPED, word: "Off", icon: MinusCircle },
};

/** An icon and a word; the colour alone never says it. `word` where the noun calls it otherwise. */
export function StatusBadge({ status, word }: { status: string; word?: string }) {
  const face: Face = FACES[status] ?? { word: status, tone: "neutral", icon: CircleDashed };
  const Icon = face.icon;
  return (
    <span className={classes.badge} data-tone={face.tone}>
      <Icon size={14} aria-hidden className={face.moves ? classes.moving : undefined} />
      {word ?? face.word}
    </span>
  );
}
