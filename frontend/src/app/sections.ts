import {
  BookOpen,
  BrainCircuit,
  CalendarClock,
  CirclePlay,
  Cpu,
  Hand,
  type LucideIcon,
  Settings,
  Users,
  Wrench,
} from "lucide-react";

export interface Section {
  to:
    | "/crews"
    | "/runs"
    | "/approvals"
    | "/memory"
    | "/knowledge"
    | "/schedules"
    | "/models"
    | "/tools"
    | "/settings";
  label: string;
  icon: LucideIcon;
  /** For the palette. */
  about: string;
  count?: "running" | "approvals";
}

/** The rail, from top to bottom. */
export const SECTIONS: Section[] = [
  { to: "/crews", label: "Crews", icon: Users, about: "Design agents and tasks" },
  {
    to: "/runs",
    label: "Runs",
    icon: CirclePlay,
    about: "What runs and what ran",
    count: "running",
  },
  {
    to: "/approvals",
    label: "Approvals",
    icon: Hand,
    about: "Questions that runs wait for",
    count: "approvals",
  },
  { to: "/memory", label: "Memory", icon: BrainCircuit, about: "What crews remember" },
  { to: "/knowledge", label: "Knowledge", icon: BookOpen, about: "Documents that crews read" },
  { to: "/schedules", label: "Schedules", icon: CalendarClock, about: "Runs at set times" },
  { to: "/models", label: "Models & keys", icon: Cpu, about: "Providers and their keys" },
  { to: "/tools", label: "Tools & MCP", icon: Wrench, about: "What agents may use" },
  {
    to: "/settings",
    label: "Settings",
    icon: Settings,
    about: "Members, limits, this installation",
  },
];
