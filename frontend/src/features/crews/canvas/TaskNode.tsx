import { Handle, type NodeProps, Position } from "@xyflow/react";
import { CircleAlert, Hand, ShieldCheck, Wrench } from "lucide-react";
import { memo } from "react";
import classes from "@/features/crews/canvas/Canvas.module.css";
import { type TaskFlowNode, showsTheSame } from "@/features/crews/canvas/flow";
import { listOf, textOf } from "@/features/crews/model/graph";

export const TaskNode = memo(TaskBox, showsTheSame);

function TaskBox({ data }: NodeProps<TaskFlowNode>) {
  const { name, config, number, agentName, trouble } = data;
  const tools = listOf(config, "tools").length;
  const checks =
    (Array.isArray(config.guardrails) ? config.guardrails.length : 0) +
    (config.guardrail == null ? 0 : 1);
  const asks = config.human_input !== undefined && config.human_input !== false;
  return (
    <div
      className={classes.node}
      data-kind="task"
      data-trouble={trouble !== undefined}
      title={trouble}
    >
      <Handle id="who" type="target" position={Position.Top} />
      <Handle id="reads" type="target" position={Position.Left} />
      <div className={classes.head}>
        <span className={classes.badge}>{number}</span>
        <span className={classes.title}>{name}</span>
        {trouble !== undefined && <CircleAlert size={14} className={classes.alert} aria-hidden />}
      </div>
      <div className={classes.text}>{textOf(config, "description") || "No description yet"}</div>
      <div className={classes.facts}>
        <span className={classes.who}>{agentName ?? "nobody yet"}</span>
        {tools > 0 && (
          <span className={classes.fact}>
            <Wrench size={12} aria-hidden />
            {tools}
          </span>
        )}
        {checks > 0 && (
          <span className={classes.fact}>
            <ShieldCheck size={12} aria-hidden />
            {checks} {checks === 1 ? "check" : "checks"}
          </span>
        )}
        {asks && (
          <span className={classes.fact}>
            <Hand size={12} aria-hidden />
            asks
          </span>
        )}
      </div>
      <Handle type="source" position={Position.Right} />
    </div>
  );
}
