import { SimpleGrid, Text } from "@mantine/core";
import { useState } from "react";
import { $api } from "@/api/client";
import { type Me, useMe } from "@/api/me";
import type { Schema } from "@/api/types";
import { Loaded } from "@/components/Loaded";
import { ProviderCard } from "@/features/models/ProviderCard";
import { inOrder, modelsToTry } from "@/features/models/trial";

/** More models and keys than any group has. */
const ALL = { params: { query: { limit: 200 } } };

export function Providers() {
  const me = useMe();
  const models = $api.useQuery("get", "/api/v1/models", ALL);
  return (
    <Loaded query={me} what="Reading the providers">
      {(read) => (
        <Loaded query={models} what="Reading the models">
          {({ items }) => <Cards me={read} models={items} />}
        </Loaded>
      )}
    </Loaded>
  );
}

function Cards({ me, models }: { me: Me; models: Schema<"ModelConfigRead">[] }) {
  const keys = $api.useQuery("get", "/api/v1/api-keys", ALL);
  // As it was when the page was opened: no card moves away from who just put a key in.
  const [order] = useState(() => inOrder(me.providers));
  return (
    <>
      <Text c="dimmed" size="sm">
        Where a crew names no model it uses <b>{me.default_model}</b>. A group&apos;s own keys go
        before those of the server.
      </Text>
      <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }} spacing="md">
        {order.map((name) => {
          const provider = me.providers.find((one) => one.name === name);
          if (provider === undefined) return null;
          return (
            <ProviderCard
              key={name}
              provider={provider}
              stored={keys.data?.items.find((key) => key.name === provider.key_name)}
              models={name === "demo" ? ["demo/demo"] : modelsToTry(models, name, me.default_model)}
            />
          );
        })}
      </SimpleGrid>
    </>
  );
}
