import { Badge } from "@mantine/core";
import {
  Ban,
  CircleCheck,
  CircleDashed,
  CircleX,
  Clock,
  Hand,
  LoaderCircle,
  type LucideIcon,
  MinusCircle,
  Pause,
  Pencil,
} from "lucide-react";
import classes from "@/components/StatusBadge.module.css";

interface Face {
  word: string;
  color: string;
  icon: LucideIcon;
  moves?: boolean;
}

const WAITING: Face = { word: "Queued", color: "gray", icon: Clock };
const GOING: Face = { word: "Running", color: "blue", icon: LoaderCircle, moves: true };
const DONE: Face = { word: "Completed", color: "green", icon: CircleCheck };
const BROKEN: Face = { word: "Failed", color: "red", icon: CircleX };
const STOPPED: Face = { word: "Cancelled", color: "gray", icon: Ban };
const ASKING: Face = { word: "Waiting for approval", color: "yellow", icon: Hand };

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
  revised: { word: "Sent back", color: "blue", icon: Pencil },
  expired: { ...STOPPED, word: "Expired", icon: Clock },
  withdrawn: { ...STOPPED, word: "Withdrawn" },
  active: { ...DONE, word: "Active" },
  paused: { word: "Paused", color: "gray", icon: Pause },
  on: { ...DONE, word: "On" },
  off: { ...STOPPED, word: "Off", icon: MinusCircle },
};

/** An icon and a word; the colour alone never says it. `word` where the noun calls it otherwise. */
export function StatusBadge({ status, word }: { status: string; word?: string }) {
  const face = FACES[status] ?? { word: status, color: "gray", icon: CircleDashed };
  const Icon = face.icon;
  return (
    <Badge
      color={face.color}
      variant="light"
      className={classes.badge ?? ""}
      leftSection={
        <Icon size={13} aria-hidden className={face.moves ? classes.moving : undefined} />
      }
    >
      {word ?? face.word}
    </Badge>
  );
}
