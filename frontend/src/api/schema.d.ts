// Generated from the OpenAPI document by `npm run generate`; not edited by hand.
export interface paths {
    "/api/v1/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Agents */
        get: operations["list_agents_api_v1_agents_get"];
        put?: never;
        /** Create Agent */
        post: operations["create_agent_api_v1_agents_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Agent */
        get: operations["get_agent_api_v1_agents__id__get"];
        put?: never;
        post?: never;
        /** Delete Agent */
        delete: operations["delete_agent_api_v1_agents__id__delete"];
        options?: never;
        head?: never;
        /** Update Agent */
        patch: operations["update_agent_api_v1_agents__id__patch"];
        trace?: never;
    };
    "/api/v1/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Api Keys */
        get: operations["list_api_keys_api_v1_api_keys_get"];
        put?: never;
        /** Create Api Key */
        post: operations["create_api_key_api_v1_api_keys_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/api-keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Api Key */
        get: operations["get_api_key_api_v1_api_keys__id__get"];
        put?: never;
        post?: never;
        /** Delete Api Key */
        delete: operations["delete_api_key_api_v1_api_keys__id__delete"];
        options?: never;
        head?: never;
        /** Update Api Key */
        patch: operations["update_api_key_api_v1_api_keys__id__patch"];
        trace?: never;
    };
    "/api/v1/approvals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Approvals
         * @description Newest first.
         */
        get: operations["list_approvals_api_v1_approvals_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/approvals/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Approval */
        get: operations["get_approval_api_v1_approvals__id__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/approvals/{id}/decision": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decide Approval
         * @description 409 when it was decided before, or when what you looked at is not what is asked.
         */
        post: operations["decide_approval_api_v1_approvals__id__decision_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/batches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Batches */
        get: operations["list_batches_api_v1_batches_get"];
        put?: never;
        /**
         * Create Batch
         * @description One crew over up to 10,000 rows, listed in JSON or in a file of JSON lines or CSV. Nothing is stored
         *     unless every row can be used.
         */
        post: operations["create_batch_api_v1_batches_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/batches/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Batch */
        get: operations["get_batch_api_v1_batches__id__get"];
        put?: never;
        post?: never;
        /**
         * Delete Batch
         * @description With its rows. The executions that it has started stay.
         */
        delete: operations["delete_batch_api_v1_batches__id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/batches/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel Batch
         * @description Rows that wait are cancelled, and so are the executions of those that run.
         */
        post: operations["cancel_batch_api_v1_batches__id__cancel_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/batches/{id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export Batch
         * @description Every row with what became of it. In CSV, a cell that a spreadsheet would take for a formula begins
         *     with an apostrophe.
         */
        get: operations["export_batch_api_v1_batches__id__export_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/batches/{id}/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Batch Items
         * @description In the order of the dataset.
         */
        get: operations["list_batch_items_api_v1_batches__id__items_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/batches/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry Batch
         * @description Rows that failed, and no others, run anew.
         */
        post: operations["retry_batch_api_v1_batches__id__retry_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/crews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Crews
         * @description Without their definitions.
         */
        get: operations["list_crews_api_v1_crews_get"];
        put?: never;
        /** Create Crew */
        post: operations["create_crew_api_v1_crews_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/crews/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check Crew
         * @description What would keep a crew that somebody still draws from running; saves nothing.
         */
        post: operations["check_crew_api_v1_crews_check_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/crews/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Import Crew */
        post: operations["import_crew_api_v1_crews_import_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/crews/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Crew */
        get: operations["get_crew_api_v1_crews__id__get"];
        put?: never;
        post?: never;
        /** Delete Crew */
        delete: operations["delete_crew_api_v1_crews__id__delete"];
        options?: never;
        head?: never;
        /**
         * Update Crew
         * @description A changed definition becomes a new version.
         */
        patch: operations["update_crew_api_v1_crews__id__patch"];
        trace?: never;
    };
    "/api/v1/crews/{id}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Diff Crew */
        get: operations["diff_crew_api_v1_crews__id__diff_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/crews/{id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Export Crew */
        get: operations["export_crew_api_v1_crews__id__export_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/crews/{id}/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Rollback Crew */
        post: operations["rollback_crew_api_v1_crews__id__rollback_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/crews/{id}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Crew Versions */
        get: operations["list_crew_versions_api_v1_crews__id__versions_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/crews/{id}/versions/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Crew Version */
        get: operations["get_crew_version_api_v1_crews__id__versions__number__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/executions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Executions */
        get: operations["list_executions_api_v1_executions_get"];
        put?: never;
        /** Start Execution */
        post: operations["start_execution_api_v1_executions_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/executions/estimate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Estimate Execution
         * @description What such a run will probably take; starts nothing.
         */
        post: operations["estimate_execution_api_v1_executions_estimate_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/executions/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Preview Execution
         * @description Which inputs such a run needs, with values to begin with, and which models it calls; starts nothing.
         */
        post: operations["preview_execution_api_v1_executions_preview_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/executions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Execution */
        get: operations["get_execution_api_v1_executions__id__get"];
        put?: never;
        post?: never;
        /** Delete Execution */
        delete: operations["delete_execution_api_v1_executions__id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/executions/{id}/approvals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Execution Approvals
         * @description Newest first.
         */
        get: operations["list_execution_approvals_api_v1_executions__id__approvals_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/executions/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel Execution */
        post: operations["cancel_execution_api_v1_executions__id__cancel_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/executions/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Execution Events */
        get: operations["list_execution_events_api_v1_executions__id__events_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/executions/{id}/events/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Stream Execution Events */
        get: operations["stream_execution_events_api_v1_executions__id__events_stream_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/executions/{id}/nodes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Execution Nodes
         * @description Of a flow's run; a crew has none.
         */
        get: operations["list_execution_nodes_api_v1_executions__id__nodes_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/executions/{id}/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Execution Plan
         * @description What runs, as it was frozen when the run was started: with its inputs filled in.
         */
        get: operations["get_execution_plan_api_v1_executions__id__plan_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/executions/{id}/receipts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Execution Receipts */
        get: operations["list_execution_receipts_api_v1_executions__id__receipts_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/executions/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Retry Execution */
        post: operations["retry_execution_api_v1_executions__id__retry_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/executions/{id}/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Execution Tasks */
        get: operations["list_execution_tasks_api_v1_executions__id__tasks_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Flows
         * @description Without their definitions.
         */
        get: operations["list_flows_api_v1_flows_get"];
        put?: never;
        /** Create Flow */
        post: operations["create_flow_api_v1_flows_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Flow */
        get: operations["get_flow_api_v1_flows__id__get"];
        put?: never;
        post?: never;
        /** Delete Flow */
        delete: operations["delete_flow_api_v1_flows__id__delete"];
        options?: never;
        head?: never;
        /**
         * Update Flow
         * @description A changed definition becomes a new version.
         */
        patch: operations["update_flow_api_v1_flows__id__patch"];
        trace?: never;
    };
    "/api/v1/flows/{id}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Diff Flow */
        get: operations["diff_flow_api_v1_flows__id__diff_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Rollback Flow */
        post: operations["rollback_flow_api_v1_flows__id__rollback_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Flow Versions */
        get: operations["list_flow_versions_api_v1_flows__id__versions_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/versions/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Flow Version */
        get: operations["get_flow_version_api_v1_flows__id__versions__number__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Groups */
        get: operations["list_groups_api_v1_groups_get"];
        put?: never;
        /** Create Group */
        post: operations["create_group_api_v1_groups_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/groups/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Group */
        get: operations["get_group_api_v1_groups__id__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Update Group */
        patch: operations["update_group_api_v1_groups__id__patch"];
        trace?: never;
    };
    "/api/v1/groups/{id}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Members */
        get: operations["list_members_api_v1_groups__id__members_get"];
        put?: never;
        /**
         * Add Member
         * @description By e-mail address, whether or not that person was ever here.
         */
        post: operations["add_member_api_v1_groups__id__members_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/groups/{id}/members/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Set Member */
        put: operations["set_member_api_v1_groups__id__members__user_id__put"];
        post?: never;
        /** Remove Member */
        delete: operations["remove_member_api_v1_groups__id__members__user_id__delete"];
        options?: never;
        head?: never;
        /** Set Member */
        patch: operations["set_member_api_v1_groups__id__members__user_id__patch"];
        trace?: never;
    };
    "/api/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Jobs */
        get: operations["list_jobs_api_v1_jobs_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Job */
        get: operations["get_job_api_v1_jobs__id__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel Job */
        post: operations["cancel_job_api_v1_jobs__id__cancel_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/documents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Documents */
        get: operations["list_documents_api_v1_knowledge_documents_get"];
        put?: never;
        /**
         * Add Document
         * @description A worker reads it; GET /jobs/{job_id} says how far it is. The same content twice is one document.
         */
        post: operations["add_document_api_v1_knowledge_documents_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/documents/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Document */
        get: operations["get_document_api_v1_knowledge_documents__id__get"];
        put?: never;
        post?: never;
        /**
         * Delete Document
         * @description With everything that searches could find of it.
         */
        delete: operations["delete_document_api_v1_knowledge_documents__id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/knowledge/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Search Knowledge */
        post: operations["search_knowledge_api_v1_knowledge_search_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/limits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Limits */
        get: operations["get_limits_api_v1_limits_get"];
        /**
         * Set Limits
         * @description Replaces all of them. Running executions go on; budgets hold from the next model call on.
         */
        put: operations["set_limits_api_v1_limits_put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mcp-servers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Mcp Servers */
        get: operations["list_mcp_servers_api_v1_mcp_servers_get"];
        put?: never;
        /** Create Mcp Server */
        post: operations["create_mcp_server_api_v1_mcp_servers_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mcp-servers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Mcp Server */
        get: operations["get_mcp_server_api_v1_mcp_servers__id__get"];
        put?: never;
        post?: never;
        /** Delete Mcp Server */
        delete: operations["delete_mcp_server_api_v1_mcp_servers__id__delete"];
        options?: never;
        head?: never;
        /** Update Mcp Server */
        patch: operations["update_mcp_server_api_v1_mcp_servers__id__patch"];
        trace?: never;
    };
    "/api/v1/mcp-servers/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Test Mcp Server */
        post: operations["test_mcp_server_api_v1_mcp_servers__id__test_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Me
         * @description Who the caller is, for which groups, and which model providers are ready to use.
         */
        get: operations["get_me_api_v1_me_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/memory/backends": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Memory Backends */
        get: operations["list_memory_backends_api_v1_memory_backends_get"];
        put?: never;
        /** Create Memory Backend */
        post: operations["create_memory_backend_api_v1_memory_backends_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/memory/backends/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Setup New Memory Backend */
        post: operations["setup_new_memory_backend_api_v1_memory_backends_setup_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/memory/backends/setup/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Plan New Memory Backend */
        post: operations["plan_new_memory_backend_api_v1_memory_backends_setup_plan_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/memory/backends/setup/workspace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Memory Workspace
         * @description Whose rights a set-up would use in Databricks, and whether vector search may be used there.
         */
        get: operations["get_memory_workspace_api_v1_memory_backends_setup_workspace_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/memory/backends/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Memory Backend */
        get: operations["get_memory_backend_api_v1_memory_backends__id__get"];
        put?: never;
        post?: never;
        /** Delete Memory Backend */
        delete: operations["delete_memory_backend_api_v1_memory_backends__id__delete"];
        options?: never;
        head?: never;
        /** Update Memory Backend */
        patch: operations["update_memory_backend_api_v1_memory_backends__id__patch"];
        trace?: never;
    };
    "/api/v1/memory/backends/{id}/activate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Activate Memory Backend */
        post: operations["activate_memory_backend_api_v1_memory_backends__id__activate_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/memory/backends/{id}/deactivate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Deactivate Memory Backend */
        post: operations["deactivate_memory_backend_api_v1_memory_backends__id__deactivate_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/memory/backends/{id}/indexes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Memory Indexes */
        get: operations["list_memory_indexes_api_v1_memory_backends__id__indexes_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/memory/backends/{id}/indexes/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Memory Index */
        get: operations["get_memory_index_api_v1_memory_backends__id__indexes__name__get"];
        put?: never;
        post?: never;
        /** Delete Memory Index */
        delete: operations["delete_memory_index_api_v1_memory_backends__id__indexes__name__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/memory/backends/{id}/indexes/{name}/empty": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Empty Memory Index */
        post: operations["empty_memory_index_api_v1_memory_backends__id__indexes__name__empty_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/memory/backends/{id}/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Plan Memory Setup */
        get: operations["plan_memory_setup_api_v1_memory_backends__id__setup_get"];
        put?: never;
        /** Setup Memory Backend */
        post: operations["setup_memory_backend_api_v1_memory_backends__id__setup_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/memory/backends/{id}/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Verify Memory Backend */
        post: operations["verify_memory_backend_api_v1_memory_backends__id__verify_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/memory/forget": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Forget Memory
         * @description Removes it from records, executions and documents, and looks whether any is left: a job, whose result
         *     says what went. With `dry_run` it says what would go.
         */
        post: operations["forget_memory_api_v1_memory_forget_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/memory/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Memory Health
         * @description Near-duplicates, records that nobody ever had, loops, what looks like a secret, and what has expired.
         */
        get: operations["get_memory_health_api_v1_memory_health_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/memory/migrations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Memory Migrations */
        get: operations["list_memory_migrations_api_v1_memory_migrations_get"];
        put?: never;
        /**
         * Start Memory Migration
         * @description Copies what crews remember to another backend, with vectors where both have the same embedder. The source
         *     stays; activate the target when the job is done.
         */
        post: operations["start_memory_migration_api_v1_memory_migrations_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/memory/migrations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Memory Migration */
        get: operations["get_memory_migration_api_v1_memory_migrations__id__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/memory/records": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Memory Records
         * @description In the order of ids, because vector stores can page in no other; without a type, what crews remember,
         *     one type after the other. `POST /memory/search` finds by meaning.
         */
        get: operations["list_memory_records_api_v1_memory_records_get"];
        put?: never;
        /**
         * Create Memory Record
         * @description Teaches a crew that has run: a lesson, an observation or an entity.
         */
        post: operations["create_memory_record_api_v1_memory_records_post"];
        /**
         * Clear Memory
         * @description Removes what a crew remembers, of one type or of all. 202 with a job where that takes longer.
         */
        delete: operations["clear_memory_api_v1_memory_records_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/memory/records/{type}/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Memory Record */
        get: operations["get_memory_record_api_v1_memory_records__type___id__get"];
        put?: never;
        post?: never;
        /** Delete Memory Record */
        delete: operations["delete_memory_record_api_v1_memory_records__type___id__delete"];
        options?: never;
        head?: never;
        /**
         * Update Memory Record
         * @description Texts that change are embedded anew. `pinned` puts it before every task of its crew.
         */
        patch: operations["update_memory_record_api_v1_memory_records__type___id__patch"];
        trace?: never;
    };
    "/api/v1/memory/records/{type}/{id}/executions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Memory Record Executions
         * @description Which executions had it in front of them, newest first.
         */
        get: operations["list_memory_record_executions_api_v1_memory_records__type___id__executions_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/memory/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Search Memory
         * @description As crews recall: by meaning and by words at once.
         */
        post: operations["search_memory_api_v1_memory_search_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/memory/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Memory Stats */
        get: operations["get_memory_stats_api_v1_memory_stats_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Models */
        get: operations["list_models_api_v1_models_get"];
        put?: never;
        /** Create Model */
        post: operations["create_model_api_v1_models_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Test Model
         * @description Asks the model one small question with the keys that a run would have. What came of it is the `result`
         *     of the job: `ok`, `latency_ms`, and `error` with a code and what to do.
         */
        post: operations["test_model_api_v1_models_test_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Model */
        get: operations["get_model_api_v1_models__id__get"];
        put?: never;
        post?: never;
        /** Delete Model */
        delete: operations["delete_model_api_v1_models__id__delete"];
        options?: never;
        head?: never;
        /** Update Model */
        patch: operations["update_model_api_v1_models__id__patch"];
        trace?: never;
    };
    "/api/v1/output-schemas": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Output Schemas */
        get: operations["list_output_schemas_api_v1_output_schemas_get"];
        put?: never;
        /** Create Output Schema */
        post: operations["create_output_schema_api_v1_output_schemas_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/output-schemas/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Output Schema */
        get: operations["get_output_schema_api_v1_output_schemas__id__get"];
        put?: never;
        post?: never;
        /** Delete Output Schema */
        delete: operations["delete_output_schema_api_v1_output_schemas__id__delete"];
        options?: never;
        head?: never;
        /** Update Output Schema */
        patch: operations["update_output_schema_api_v1_output_schemas__id__patch"];
        trace?: never;
    };
    "/api/v1/schedules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Schedules */
        get: operations["list_schedules_api_v1_schedules_get"];
        put?: never;
        /** Create Schedule */
        post: operations["create_schedule_api_v1_schedules_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/schedules/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Schedule */
        get: operations["get_schedule_api_v1_schedules__id__get"];
        put?: never;
        post?: never;
        /**
         * Delete Schedule
         * @description The runs that it has started stay.
         */
        delete: operations["delete_schedule_api_v1_schedules__id__delete"];
        options?: never;
        head?: never;
        /** Update Schedule */
        patch: operations["update_schedule_api_v1_schedules__id__patch"];
        trace?: never;
    };
    "/api/v1/schedules/{id}/firings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Schedule Firings */
        get: operations["list_schedule_firings_api_v1_schedules__id__firings_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/schedules/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pause Schedule */
        post: operations["pause_schedule_api_v1_schedules__id__pause_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/schedules/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Resume Schedule */
        post: operations["resume_schedule_api_v1_schedules__id__resume_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/schedules/{id}/run-now": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Run Schedule Now */
        post: operations["run_schedule_now_api_v1_schedules__id__run_now_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create Session
         * @description Puts the access token of the Authorization header into an HttpOnly cookie of the browser.
         */
        post: operations["create_session_api_v1_session_post"];
        /**
         * Delete Session
         * @description Signs out: removes the cookie. The token itself stays valid (`kasal token revoke`).
         */
        delete: operations["delete_session_api_v1_session_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Tasks */
        get: operations["list_tasks_api_v1_tasks_get"];
        put?: never;
        /** Create Task */
        post: operations["create_task_api_v1_tasks_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Task */
        get: operations["get_task_api_v1_tasks__id__get"];
        put?: never;
        post?: never;
        /** Delete Task */
        delete: operations["delete_task_api_v1_tasks__id__delete"];
        options?: never;
        head?: never;
        /** Update Task */
        patch: operations["update_task_api_v1_tasks__id__patch"];
        trace?: never;
    };
    "/api/v1/tools": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Tools
         * @description Ordered by key.
         */
        get: operations["list_tools_api_v1_tools_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tools/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Tool */
        get: operations["get_tool_api_v1_tools__id__get"];
        /** Put Tool */
        put: operations["put_tool_api_v1_tools__id__put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Update Tool */
        patch: operations["update_tool_api_v1_tools__id__patch"];
        trace?: never;
    };
    "/api/v1/triggers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Triggers */
        get: operations["list_triggers_api_v1_triggers_get"];
        put?: never;
        /**
         * Create Trigger
         * @description The only answer with its secret.
         */
        post: operations["create_trigger_api_v1_triggers_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/triggers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Trigger */
        get: operations["get_trigger_api_v1_triggers__id__get"];
        put?: never;
        post?: never;
        /**
         * Delete Trigger
         * @description The runs that it has started stay.
         */
        delete: operations["delete_trigger_api_v1_triggers__id__delete"];
        options?: never;
        head?: never;
        /** Update Trigger */
        patch: operations["update_trigger_api_v1_triggers__id__patch"];
        trace?: never;
    };
    "/api/v1/triggers/{id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate Trigger Secret
         * @description A new secret, shown here and never again; the old one goes on working for `overlap_s`.
         */
        post: operations["rotate_trigger_secret_api_v1_triggers__id__rotate_secret_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Webhooks */
        get: operations["list_webhooks_api_v1_webhooks_get"];
        put?: never;
        /**
         * Create Webhook
         * @description The only answer with its secret.
         */
        post: operations["create_webhook_api_v1_webhooks_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Webhook */
        get: operations["get_webhook_api_v1_webhooks__id__get"];
        put?: never;
        post?: never;
        /**
         * Delete Webhook
         * @description What is still to be delivered is not sent any more.
         */
        delete: operations["delete_webhook_api_v1_webhooks__id__delete"];
        options?: never;
        head?: never;
        /** Update Webhook */
        patch: operations["update_webhook_api_v1_webhooks__id__patch"];
        trace?: never;
    };
    "/api/v1/webhooks/{id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate Webhook Secret
         * @description A new secret, shown here and never again; for `overlap_s` deliveries are signed with both.
         */
        post: operations["rotate_webhook_secret_api_v1_webhooks__id__rotate_secret_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Test Webhook */
        post: operations["test_webhook_api_v1_webhooks__id__test_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Live */
        get: operations["live_health_live_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ready
         * @description 503 with the reasons until the schema is current and a worker is alive.
         */
        get: operations["ready_health_ready_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/hooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Call Trigger */
        post: operations["call_trigger_hooks__id__post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read Metrics */
        get: operations["read_metrics_metrics_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** AgentConfig */
        AgentConfig: {
            /**
             * Allow Delegation
             * @description it may ask the other agents, or pass work on to them
             * @default false
             */
            allow_delegation: boolean;
            /**
             * Backstory
             * @description what it knows and how it works
             * @default
             */
            backstory: string;
            /**
             * Goal
             * @description what it is there for; may name {placeholders}
             */
            goal: string;
            /**
             * Inject Date
             * @description tells it today's date with every task
             * @default false
             */
            inject_date: boolean;
            /**
             * Llm
             * @description the model it thinks with; null: that of the crew
             */
            llm?: string | null;
            /**
             * Max Execution Time
             * @description seconds that one task may take; null: no limit
             */
            max_execution_time?: number | null;
            /**
             * Max Iter
             * @description steps of one task after which it has to answer
             * @default 25
             */
            max_iter: number;
            /**
             * Max Retry Limit
             * @description how often a task is tried again after an error
             * @default 2
             */
            max_retry_limit: number;
            /**
             * Max Rpm
             * @description calls of the model in a minute; null: as many as it takes
             */
            max_rpm?: number | null;
            /**
             * Memory
             * @description it recalls and keeps what it learns, run after run
             * @default false
             */
            memory: boolean;
            /**
             * Prompt Template
             * @description around the task; {{ .Prompt }} stands for it
             */
            prompt_template?: string | null;
            /**
             * Respect Context Window
             * @description shortens what no longer fits into the model instead of failing
             * @default true
             */
            respect_context_window: boolean;
            /**
             * Response Template
             * @description around the answer; {{ .Response }} stands for it
             */
            response_template?: string | null;
            /**
             * Role
             * @description who it is, in a few words: Market analyst
             */
            role: string;
            /**
             * System Template
             * @description instead of CrewAI's own system prompt; {{ .System }} stands for it
             */
            system_template?: string | null;
            /**
             * Tools
             * @description what it may call in every task
             */
            tools?: string[];
            /**
             * Use System Prompt
             * @description false: for models that know no system prompt
             * @default true
             */
            use_system_prompt: boolean;
        };
        /** AgentCreate */
        AgentCreate: {
            config: components["schemas"]["AgentConfig"];
            /** Name */
            name: string;
        };
        /**
         * AgentNode
         * @description One agent with one task.
         */
        AgentNode: {
            agent: components["schemas"]["AgentConfig"];
            budget?: components["schemas"]["Budget"];
            /**
             * Expected Output
             * @default A complete answer
             */
            expected_output: string;
            /**
             * Inputs
             * @description added to the inputs of the flow
             */
            inputs?: {
                [key: string]: components["schemas"]["JsonValue"];
            };
            /**
             * Join
             * @description with several incoming edges: all waits until each is decided and one was taken, any starts with the first that is taken; a node none of whose edges is taken is skipped
             * @default all
             * @enum {string}
             */
            join: "all" | "any";
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "agent";
            /** Model */
            model?: string | null;
            /** Name */
            name?: string | null;
            /**
             * On Error
             * @description continue takes the edges behind it all the same; nothing is written
             * @default fail
             * @enum {string}
             */
            on_error: "fail" | "continue";
            /**
             * Output Json
             * @description a JSON schema, or the name of one in /output-schemas
             */
            output_json?: string | {
                [key: string]: unknown;
            } | null;
            position?: components["schemas"]["Position"] | null;
            /** Prompt */
            prompt: string;
            /**
             * Write
             * @description state key -> CEL over its output
             */
            write?: {
                [key: string]: string;
            };
        };
        /** AgentRead */
        AgentRead: {
            config: components["schemas"]["AgentConfig"];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Group Id */
            group_id: string;
            /** Id */
            id: string;
            /** Name */
            name: string;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /** Version */
            version: number;
        };
        /** AgentUpdate */
        AgentUpdate: {
            /** @description replaces the whole configuration */
            config?: components["schemas"]["AgentConfig"];
            /** Name */
            name?: string;
        };
        /** Alive */
        Alive: {
            /**
             * Status
             * @default alive
             */
            status: string;
        };
        /** ApiKeyCreate */
        ApiKeyCreate: {
            /**
             * Description
             * @default
             */
            description: string;
            /**
             * Name
             * @description as providers call it, such as OPENAI_API_KEY
             */
            name: string;
            /**
             * Value
             * Format: password
             */
            value: string;
        };
        /**
         * ApiKeyRead
         * @description Never the value.
         */
        ApiKeyRead: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created By */
            created_by: string;
            /** Description */
            description: string;
            /** Group Id */
            group_id: string;
            /** Id */
            id: string;
            /** Name */
            name: string;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /** Version */
            version: number;
        };
        /** ApiKeyUpdate */
        ApiKeyUpdate: {
            /** Description */
            description?: string;
            /**
             * Value
             * Format: password
             */
            value?: string;
        };
        /** ApprovalDecision */
        ApprovalDecision: {
            /**
             * Comment
             * @description revise needs one: it is put before the task when it runs again
             * @default
             */
            comment: string;
            decision: components["schemas"]["Decision"];
            /**
             * Shown Hash
             * @description of what you looked at; refused when it is not what is asked
             */
            shown_hash?: string | null;
        };
        /**
         * ApprovalKind
         * @enum {string}
         */
        ApprovalKind: "task_before" | "task_after" | "tool" | "gate";
        /** ApprovalRead */
        ApprovalRead: {
            /** Comment */
            comment: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Crew Name
             * @description of the execution; of its flow where a gate asks
             */
            crew_name: string;
            /** Decided At */
            decided_at: string | null;
            /**
             * Decided By
             * @description null for one that expired
             */
            decided_by: string | null;
            /** Execution Id */
            execution_id: string;
            /** Expires At */
            expires_at: string | null;
            /** Group Id */
            group_id: string;
            /** Id */
            id: string;
            kind: components["schemas"]["ApprovalKind"];
            /**
             * On Expiry
             * @enum {string}
             */
            on_expiry: "approve" | "reject";
            /** @description the least that may decide */
            role: components["schemas"]["Role"];
            /**
             * Run Name
             * @description of the execution
             */
            run_name: string | null;
            /**
             * Shown
             * @description what is decided about
             */
            shown: {
                [key: string]: unknown;
            };
            /** Shown Hash */
            shown_hash: string;
            status: components["schemas"]["ApprovalStatus"];
            /**
             * Task
             * @description key of the task, or of a flow's node
             */
            task: string | null;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /** Version */
            version: number;
        };
        /**
         * ApprovalStatus
         * @enum {string}
         */
        ApprovalStatus: "pending" | "approved" | "rejected" | "revised" | "expired" | "withdrawn";
        /**
         * AuthMode
         * @enum {string}
         */
        AuthMode: "local" | "token" | "databricks_app";
        /** BatchCounts */
        BatchCounts: {
            /**
             * Cancelled
             * @default 0
             */
            cancelled: number;
            /**
             * Completed
             * @default 0
             */
            completed: number;
            /**
             * Failed
             * @default 0
             */
            failed: number;
            /**
             * Running
             * @default 0
             */
            running: number;
            /**
             * Waiting
             * @default 0
             */
            waiting: number;
        };
        /** BatchItemRead */
        BatchItemRead: {
            error: components["schemas"]["ErrorRead"] | null;
            /**
             * Execution Id
             * @description null until it runs, and once that run was deleted
             */
            execution_id: string | null;
            /**
             * Index
             * @description of the row in the dataset, from 0
             */
            index: number;
            /** Inputs */
            inputs: {
                [key: string]: components["schemas"]["JsonValue"];
            };
            /** @description once it is completed, while the execution exists */
            result: components["schemas"]["ResultRead"] | null;
            status: components["schemas"]["BatchItemStatus"];
            /** Tries */
            tries: number;
        };
        /**
         * BatchItemStatus
         * @enum {string}
         */
        BatchItemStatus: "waiting" | "running" | "completed" | "failed" | "cancelled";
        /**
         * BatchOptions
         * @description What every row's run is started with, as in POST /executions. A flow takes neither model nor budget: its
         *     nodes have them.
         */
        BatchOptions: {
            /** @description of each row's run */
            budget?: components["schemas"]["Budget"];
            /** Model */
            model?: string | null;
            /**
             * Priority
             * @description 1 runs first
             * @default 5
             */
            priority: number;
            /** Run Name */
            run_name?: string | null;
            /**
             * Version
             * @description the newest when left out; fixed when the batch is made
             */
            version?: number | null;
        };
        /** BatchRead */
        BatchRead: {
            /** Acts For */
            acts_for: string;
            /** Concurrency */
            concurrency: number;
            counts: components["schemas"]["BatchCounts"];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Crew Id */
            crew_id: string | null;
            /** Finished At */
            finished_at: string | null;
            /** Flow Id */
            flow_id: string | null;
            /** Group Id */
            group_id: string;
            /** Id */
            id: string;
            /** Name */
            name: string;
            /**
             * Progress
             * @description share of the rows that have ended, 0 to 1
             */
            progress: number;
            request: components["schemas"]["BatchOptions"];
            /**
             * Rest S
             * @description until the last row ends, at this rate
             */
            rest_s: number | null;
            /**
             * Rows Per Minute
             * @description over the last ten minutes; null unless it is running and rows have ended in them
             */
            rows_per_minute: number | null;
            status: components["schemas"]["BatchStatus"];
            /** Total */
            total: number;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /** @description of all rows, with the tries that failed */
            usage: components["schemas"]["UsageRead"];
            /** Version */
            version: number;
        };
        /**
         * BatchStatus
         * @enum {string}
         */
        BatchStatus: "running" | "done" | "cancelled";
        /** BatchSummary */
        BatchSummary: {
            /** Acts For */
            acts_for: string;
            /** Concurrency */
            concurrency: number;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Crew Id */
            crew_id: string | null;
            /** Finished At */
            finished_at: string | null;
            /** Flow Id */
            flow_id: string | null;
            /** Group Id */
            group_id: string;
            /** Id */
            id: string;
            /** Name */
            name: string;
            request: components["schemas"]["BatchOptions"];
            status: components["schemas"]["BatchStatus"];
            /** Total */
            total: number;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /** Version */
            version: number;
        };
        /**
         * Budget
         * @description Ends the run before the next model call once it is used up; finished outputs stay.
         */
        Budget: {
            /** Max Tokens */
            max_tokens?: number | null;
            /** Max Usd */
            max_usd?: number | null;
        };
        /** CanvasEdge */
        CanvasEdge: {
            /** Id */
            id?: string | null;
            /** Source */
            source: string;
            /** Target */
            target: string;
        } & {
            [key: string]: unknown;
        };
        /** CanvasNode */
        CanvasNode: {
            /** Data */
            data?: {
                [key: string]: unknown;
            };
            /** Id */
            id: string;
            /**
             * Type
             * @enum {string}
             */
            type: "agentNode" | "taskNode" | "managerNode";
        } & {
            [key: string]: unknown;
        };
        /**
         * CatchUp
         * @description What happens with times that passed while no worker ran. Those of a pause are never made up for.
         * @enum {string}
         */
        CatchUp: "skip" | "latest" | "all";
        /** Change */
        Change: {
            /** After */
            after?: unknown;
            /** Before */
            before?: unknown;
            /**
             * Op
             * @enum {string}
             */
            op: "add" | "remove" | "replace";
            /**
             * Path
             * @description JSON pointer; nodes and edges of a canvas are named by their id
             */
            path: string;
        };
        /** CheckRead */
        CheckRead: {
            /** Detail */
            detail: string;
            /** Name */
            name: string;
            /** Remedy */
            remedy: string;
            /** State */
            state: string | null;
            status: components["schemas"]["CheckStatus"];
        };
        /**
         * CheckStatus
         * @enum {string}
         */
        CheckStatus: "ready" | "missing" | "not_permitted" | "not_ready" | "wrong_columns" | "wrong_dimension" | "wrong_embedder" | "unreachable";
        /** Condition */
        Condition: {
            /** Then */
            then: string;
            /**
             * When
             * @description CEL, for example outputs.check.json.ok
             */
            when: string;
        };
        /**
         * ContainsGuardrail
         * @description The answer must contain every phrase of `must` and none of `must_not`, whatever the case.
         */
        ContainsGuardrail: {
            /** Must */
            must?: string[];
            /** Must Not */
            must_not?: string[];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "contains";
        };
        /** CountRead */
        CountRead: {
            /** Count */
            count: number;
            /** Pinned */
            pinned: number;
        };
        /** CrewCheckRequest */
        CrewCheckRequest: {
            definition: components["schemas"]["CrewDefinition"];
        };
        /** CrewChecked */
        CrewChecked: {
            /**
             * Problems
             * @description what would keep it from running
             */
            problems: components["schemas"]["FieldProblem"][];
        };
        /** CrewCreate */
        CrewCreate: {
            definition: components["schemas"]["CrewDefinition"];
            /**
             * Description
             * @default
             */
            description: string;
            /** Name */
            name: string;
            /**
             * Note
             * @description why this version was made
             * @default
             */
            note: string;
        };
        /**
         * CrewDefinition
         * @description A complete crew: either agents_yaml and tasks_yaml, or a canvas of nodes and edges.
         */
        CrewDefinition: {
            /** Agents Yaml */
            agents_yaml?: {
                [key: string]: components["schemas"]["AgentConfig"];
            } | null;
            /** Edges */
            edges?: components["schemas"]["CanvasEdge"][] | null;
            /** @description where a canvas shows agents_yaml and tasks_yaml */
            layout?: components["schemas"]["Layout"] | null;
            /**
             * Manager Llm
             * @description the model that leads a hierarchical crew
             */
            manager_llm?: string | null;
            /**
             * Memory
             * @description all agents recall what earlier runs learned, and keep what they learn
             * @default false
             */
            memory: boolean;
            /**
             * Model
             * @description for agents that name none themselves
             */
            model?: string | null;
            /** Nodes */
            nodes?: components["schemas"]["CanvasNode"][] | null;
            /**
             * Planning
             * @description a model plans all tasks before the first begins
             * @default false
             */
            planning: boolean;
            /**
             * Planning Llm
             * @description the model that plans; null: that of the crew
             */
            planning_llm?: string | null;
            /**
             * @description sequential: one task after the other; hierarchical: a manager hands tasks out
             * @default sequential
             */
            process: components["schemas"]["Process"];
            /** Tasks Yaml */
            tasks_yaml?: {
                [key: string]: components["schemas"]["TaskConfig-Input"];
            } | null;
        };
        /**
         * CrewImport
         * @description A crew file, or the two files of a CrewAI project; each as text (YAML or JSON) or as an object.
         */
        CrewImport: {
            /**
             * Agents Yaml
             * @description CrewAI's agents.yaml
             */
            agents_yaml?: string | {
                [key: string]: unknown;
            } | null;
            /**
             * Document
             * @description agents, tasks and settings in one; what export gives
             */
            document?: string | {
                [key: string]: unknown;
            } | null;
            /**
             * Name
             * @description instead of the name in the document
             */
            name?: string | null;
            /**
             * Note
             * @description why this version was made
             * @default
             */
            note: string;
            /**
             * Tasks Yaml
             * @description CrewAI's tasks.yaml
             */
            tasks_yaml?: string | {
                [key: string]: unknown;
            } | null;
        };
        /**
         * CrewNode
         * @description A saved crew, in the version that is current when the flow starts unless one is named; or one
         *     described here.
         */
        CrewNode: {
            budget?: components["schemas"]["Budget"];
            /** Crew Id */
            crew_id?: string | null;
            definition?: components["schemas"]["CrewDefinition"] | null;
            /**
             * Inputs
             * @description added to the inputs of the flow
             */
            inputs?: {
                [key: string]: components["schemas"]["JsonValue"];
            };
            /**
             * Join
             * @description with several incoming edges: all waits until each is decided and one was taken, any starts with the first that is taken; a node none of whose edges is taken is skipped
             * @default all
             * @enum {string}
             */
            join: "all" | "any";
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "crew";
            /** Name */
            name?: string | null;
            /**
             * On Error
             * @description continue takes the edges behind it all the same; nothing is written
             * @default fail
             * @enum {string}
             */
            on_error: "fail" | "continue";
            position?: components["schemas"]["Position"] | null;
            /** Version */
            version?: number | null;
            /**
             * Write
             * @description state key -> CEL over its output
             */
            write?: {
                [key: string]: string;
            };
        };
        /** CrewRead */
        CrewRead: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Current Version */
            current_version: number;
            /**
             * Definition
             * @description as it was given; see CrewDefinition
             */
            definition: {
                [key: string]: unknown;
            };
            /** Description */
            description: string;
            /** Group Id */
            group_id: string;
            /** Id */
            id: string;
            /** Name */
            name: string;
            /**
             * Problems
             * @description after a change: what would keep this from running
             */
            problems?: components["schemas"]["FieldProblem"][];
            /**
             * Seed Key
             * @description names the shipped example this was made from
             */
            seed_key: string | null;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /** Version */
            version: number;
        };
        /** CrewStats */
        CrewStats: {
            /** Counts */
            counts: {
                [key: string]: components["schemas"]["CountRead"];
            };
            crew: components["schemas"]["RecordCrew"];
        };
        /** CrewSummary */
        CrewSummary: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Current Version */
            current_version: number;
            /** Description */
            description: string;
            /** Group Id */
            group_id: string;
            /** Id */
            id: string;
            /** Name */
            name: string;
            /**
             * Seed Key
             * @description names the shipped example this was made from
             */
            seed_key: string | null;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /** Version */
            version: number;
        };
        /** CrewUpdate */
        CrewUpdate: {
            /** @description replaces the whole definition and makes a new version */
            definition?: components["schemas"]["CrewDefinition"];
            /** Description */
            description?: string;
            /** Name */
            name?: string;
            /**
             * Note
             * @description why this version was made
             */
            note?: string;
        };
        /**
         * DatasetFormat
         * @enum {string}
         */
        DatasetFormat: "jsonl" | "csv";
        /**
         * Decision
         * @enum {string}
         */
        Decision: "approve" | "reject" | "revise";
        /** DefinitionDiff */
        DefinitionDiff: {
            /** Changes */
            changes: components["schemas"]["Change"][];
            /** From */
            from: number;
            /** To */
            to: number;
        };
        /** Edge */
        Edge: {
            /** From */
            from: string;
            /**
             * Label
             * @description of the router or gate that it leaves
             */
            label?: string | null;
            /** To */
            to: string;
        };
        /**
         * EmbedderConfig
         * @description What turns texts into vectors. An index keeps to one: vectors of two embedders cannot be compared.
         */
        EmbedderConfig: {
            /**
             * Dimension
             * @description needed only for models that Kasal does not know
             */
            dimension?: number | null;
            /**
             * Model
             * @description the provider's usual one when left out
             */
            model?: string | null;
            /**
             * Provider
             * @default local
             * @enum {string}
             */
            provider: "local" | "databricks" | "openai" | "gemini" | "ollama" | "hosted_vllm";
        };
        /** EmptyMemoryIndex */
        EmptyMemoryIndex: {
            /**
             * Confirm
             * @description the name of the index once more
             */
            confirm: string;
            /**
             * Everybody
             * @description records of all groups, by dropping the index if there are many; for system administrators. Otherwise those of this group only
             * @default false
             */
            everybody: boolean;
        };
        /** EndpointRead */
        EndpointRead: {
            /** Name */
            name: string;
            /** State */
            state: string;
        };
        /**
         * ErrorRead
         * @description What went wrong inside something that was answered: a task, a run, a tested server.
         */
        ErrorRead: {
            /** Code */
            code: string;
            /** Message */
            message: string;
        };
        /**
         * EstimateRead
         * @description Null where no earlier run tells.
         */
        EstimateRead: {
            /**
             * Runs
             * @description completed runs of the same crew that this is judged by
             */
            runs: number;
            /** @description from the start to the end, without waiting in the queue */
            seconds: components["schemas"]["Range"] | null;
            tokens: components["schemas"]["Range"] | null;
            /** @description null, too, when the price of some run is not known */
            usd: components["schemas"]["Range"] | null;
        };
        /** EventPage */
        EventPage: {
            /** Items */
            items: components["schemas"]["EventRead"][];
            /** Next After */
            next_after?: number | null;
        };
        /** EventRead */
        EventRead: {
            /** Agent */
            agent?: string | null;
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Data */
            data: {
                [key: string]: unknown;
            };
            /** Parent Span Id */
            parent_span_id?: string | null;
            /** Seq */
            seq: number;
            /** Span Id */
            span_id: string;
            /** Task */
            task?: string | null;
            /** Type */
            type: string;
        };
        /**
         * ExecutionCreate
         * @description A saved crew or flow by id, or one described here.
         */
        ExecutionCreate: {
            /** Agents Yaml */
            agents_yaml?: {
                [key: string]: components["schemas"]["AgentConfig"];
            } | null;
            budget?: components["schemas"]["Budget"];
            /** Crew Id */
            crew_id?: string | null;
            /** Crew Name */
            crew_name?: string | null;
            /** Edges */
            edges?: components["schemas"]["CanvasEdge"][] | null;
            /**
             * Execution Type
             * @description may be left out: it follows from what is run
             */
            execution_type?: ("crew" | "flow") | null;
            flow?: components["schemas"]["FlowDefinition"] | null;
            /** Flow Id */
            flow_id?: string | null;
            /** Inputs */
            inputs?: {
                [key: string]: components["schemas"]["JsonValue"];
            };
            /** @description where a canvas shows agents_yaml and tasks_yaml */
            layout?: components["schemas"]["Layout"] | null;
            /**
             * Manager Llm
             * @description the model that leads a hierarchical crew
             */
            manager_llm?: string | null;
            /**
             * Memory
             * @description all agents recall what earlier runs learned, and keep what they learn
             * @default false
             */
            memory: boolean;
            /**
             * Model
             * @description for agents that name none themselves
             */
            model?: string | null;
            /** Nodes */
            nodes?: components["schemas"]["CanvasNode"][] | null;
            /**
             * Planning
             * @description a model plans all tasks before the first begins
             * @default false
             */
            planning: boolean;
            /**
             * Planning Llm
             * @description the model that plans; null: that of the crew
             */
            planning_llm?: string | null;
            /**
             * Priority
             * @description 1 runs first
             * @default 5
             */
            priority: number;
            /**
             * @description sequential: one task after the other; hierarchical: a manager hands tasks out
             * @default sequential
             */
            process: components["schemas"]["Process"];
            /** Run Name */
            run_name?: string | null;
            /** Tasks Yaml */
            tasks_yaml?: {
                [key: string]: components["schemas"]["TaskConfig-Input"];
            } | null;
            /** Version */
            version?: number | null;
        };
        /**
         * ExecutionPlanRead
         * @description Of a crew: its agents and tasks. Of a flow: its definition.
         */
        ExecutionPlanRead: {
            /** Agents */
            agents: components["schemas"]["PlannedAgent"][];
            budget: components["schemas"]["Budget"] | null;
            /** Flow */
            flow: {
                [key: string]: unknown;
            } | null;
            /**
             * Notes
             * @description what planning wrote for each task
             */
            notes: {
                [key: string]: string;
            } | null;
            /** Process */
            process: ("sequential" | "hierarchical") | null;
            /** Tasks */
            tasks: components["schemas"]["PlannedTask"][];
        };
        /** ExecutionRead */
        ExecutionRead: {
            /** Attempt */
            attempt: number;
            /**
             * Child Key
             * @description which node or row of its parent it is
             */
            child_key: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created By */
            created_by: string;
            /** Crew Id */
            crew_id: string | null;
            /** Crew Identity */
            crew_identity: string;
            /** Crew Name */
            crew_name: string;
            /** Crew Version */
            crew_version: number | null;
            error: components["schemas"]["ErrorRead"] | null;
            /** Finished At */
            finished_at: string | null;
            /** Flow Id */
            flow_id: string | null;
            /** Flow Version */
            flow_version: number | null;
            /** Group Id */
            group_id: string;
            /** Id */
            id: string;
            /** Identity Used */
            identity_used: string | null;
            /** Inputs */
            inputs: {
                [key: string]: components["schemas"]["JsonValue"];
            };
            /**
             * Kind
             * @enum {string}
             */
            kind: "crew" | "flow";
            /**
             * Models
             * @description which it may call; null for a flow, whose parts say it, and for runs before this was kept
             */
            models: components["schemas"]["ModelUse"][] | null;
            /**
             * Parent Id
             * @description the flow execution or batch that started it
             */
            parent_id: string | null;
            /** Priority */
            priority: number;
            result: components["schemas"]["ResultRead"] | null;
            /** Run Name */
            run_name: string | null;
            /** Started At */
            started_at: string | null;
            status: components["schemas"]["ExecutionStatus"];
            /** Trigger */
            trigger: string;
            usage: components["schemas"]["UsageRead"];
        };
        /** ExecutionStarted */
        ExecutionStarted: {
            /** Id */
            id: string;
            /** Links */
            links: {
                [key: string]: string;
            };
            status: components["schemas"]["ExecutionStatus"];
            /** Warnings */
            warnings?: string[];
        };
        /**
         * ExecutionStatus
         * @enum {string}
         */
        ExecutionStatus: "PENDING" | "PREPARING" | "RUNNING" | "WAITING_FOR_APPROVAL" | "COMPLETED" | "FAILED" | "CANCELLED";
        /** ExecutionTaskRead */
        ExecutionTaskRead: {
            /** Agent */
            agent: string | null;
            /** Attempt */
            attempt: number;
            error: components["schemas"]["ErrorRead"] | null;
            /** Finished At */
            finished_at: string | null;
            /** Index */
            index: number;
            /** Key */
            key: string;
            memory?: components["schemas"]["TaskMemoryRead"] | null;
            /** Name */
            name: string;
            /** Output */
            output: string | null;
            output_json?: components["schemas"]["JsonValue"];
            /** Started At */
            started_at: string | null;
            status: components["schemas"]["TaskStatus"];
            usage: components["schemas"]["UsageRead"];
        };
        /** FieldProblem */
        FieldProblem: {
            /** Code */
            code: string;
            /** Message */
            message: string;
            /** Pointer */
            pointer: string;
        };
        /**
         * Finding
         * @enum {string}
         */
        Finding: "near_duplicate" | "never_recalled" | "loop" | "secret" | "expired";
        /** FiringRead */
        FiringRead: {
            /** Detail */
            detail: string;
            /**
             * Execution Id
             * @description null where it started none, or that run was deleted
             */
            execution_id: string | null;
            /**
             * Fire At
             * Format: date-time
             */
            fire_at: string;
            /**
             * Fired At
             * Format: date-time
             */
            fired_at: string;
            /**
             * Outcome
             * @description started, skipped, missed or failed
             */
            outcome: string;
        };
        /** FlowCreate */
        FlowCreate: {
            definition: components["schemas"]["FlowDefinition"];
            /**
             * Description
             * @default
             */
            description: string;
            /** Name */
            name: string;
            /**
             * Note
             * @description why this version was made
             * @default
             */
            note: string;
        };
        /** FlowDefinition */
        FlowDefinition: {
            /** Edges */
            edges?: components["schemas"]["Edge"][];
            /** Nodes */
            nodes: {
                [key: string]: components["schemas"]["CrewNode"] | components["schemas"]["AgentNode"] | components["schemas"]["RouterNode"] | components["schemas"]["GateNode"];
            };
            /** @description the result; without it what the last nodes that ran have said */
            output?: components["schemas"]["JsonValue"];
            state?: components["schemas"]["StateConfig"];
        };
        /**
         * FlowNodeRead
         * @description One node of one run of a flow.
         */
        FlowNodeRead: {
            error: components["schemas"]["ErrorRead"] | null;
            /**
             * Execution Id
             * @description of its crew or agent, of its latest visit
             */
            execution_id: string | null;
            /** Finished At */
            finished_at: string | null;
            /** Key */
            key: string;
            /** Kind */
            kind: string;
            output: components["schemas"]["NodeOutput"] | null;
            /** Started At */
            started_at: string | null;
            /**
             * Status
             * @description pending, running, waiting_for_approval, completed, skipped, failed or cancelled
             */
            status: string;
            /**
             * Visit
             * @description raised by each retry of this node
             */
            visit: number;
            /**
             * Wrote
             * @description to the state
             */
            wrote: {
                [key: string]: components["schemas"]["JsonValue"];
            };
        };
        /** FlowRead */
        FlowRead: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Current Version */
            current_version: number;
            /**
             * Definition
             * @description as it was given; see FlowDefinition
             */
            definition: {
                [key: string]: unknown;
            };
            /** Description */
            description: string;
            /** Group Id */
            group_id: string;
            /** Id */
            id: string;
            /** Name */
            name: string;
            /**
             * Problems
             * @description after a change: what would keep this from running
             */
            problems?: components["schemas"]["FieldProblem"][];
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /** Version */
            version: number;
        };
        /** FlowSummary */
        FlowSummary: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Current Version */
            current_version: number;
            /** Description */
            description: string;
            /** Group Id */
            group_id: string;
            /** Id */
            id: string;
            /** Name */
            name: string;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /** Version */
            version: number;
        };
        /** FlowUpdate */
        FlowUpdate: {
            /** @description replaces the whole definition and makes a new version */
            definition?: components["schemas"]["FlowDefinition"];
            /** Description */
            description?: string;
            /** Name */
            name?: string;
            /**
             * Note
             * @description why this version was made
             */
            note?: string;
        };
        /**
         * ForgetRequest
         * @description One of subject, query, execution_id and source.
         */
        ForgetRequest: {
            /**
             * Crew Id
             * @description only in the memory of this crew
             */
            crew_id?: string | null;
            /**
             * Dry Run
             * @description lists what would go and changes nothing
             * @default false
             */
            dry_run: boolean;
            /**
             * Execution Id
             * @description what this run left behind goes, and it
             */
            execution_id?: string | null;
            /**
             * Min Similarity
             * @description for `query`: cosine
             * @default 0.8
             */
            min_similarity: number;
            /**
             * Query
             * @description records that mean nearly this go
             */
            query?: string | null;
            /**
             * Source
             * @description title or file name of a document
             */
            source?: string | null;
            /**
             * Subject
             * @description whatever mentions this text goes, letters and spaces compared loosely
             */
            subject?: string | null;
        };
        /**
         * GateNode
         * @description Waits for a person. Edges that leave it are for approval, unless they are labelled `reject`; without such
         *     an edge a rejection ends the flow.
         */
        GateNode: {
            /** Expires In S */
            expires_in_s?: number | null;
            /**
             * Join
             * @description with several incoming edges: all waits until each is decided and one was taken, any starts with the first that is taken; a node none of whose edges is taken is skipped
             * @default all
             * @enum {string}
             */
            join: "all" | "any";
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "gate";
            /** Name */
            name?: string | null;
            /**
             * On Expiry
             * @default reject
             * @enum {string}
             */
            on_expiry: "approve" | "reject";
            position?: components["schemas"]["Position"] | null;
            /** @default operator */
            role: components["schemas"]["Role"];
            /**
             * Show
             * @description what the person decides about
             */
            show?: {
                [key: string]: components["schemas"]["JsonValue"];
            };
        };
        /** GroupCreate */
        GroupCreate: {
            /** Name */
            name: string;
        };
        /** GroupRead */
        GroupRead: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Id */
            id: string;
            /** Name */
            name: string;
            /**
             * Personal
             * @description one person's own group; it takes no members
             */
            personal: boolean;
            /** @description the caller's own */
            role: components["schemas"]["Role"];
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /** Version */
            version: number;
        };
        /** GroupUpdate */
        GroupUpdate: {
            /** Name */
            name?: string;
        };
        /** HealthFinding */
        HealthFinding: {
            /** Detail */
            detail: string;
            kind: components["schemas"]["Finding"];
            /** Record Ids */
            record_ids: string[];
            /** Score */
            score?: number | null;
            /** Suggestion */
            suggestion: string;
            type: components["schemas"]["MemoryType"];
        };
        /** HealthScan */
        HealthScan: {
            /** Complete */
            complete: boolean;
            /** Count */
            count: number;
            /** Scanned */
            scanned: number;
            type: components["schemas"]["MemoryType"];
        };
        /**
         * HumanInput
         * @description A person approves the task before it begins or its answer after it; nothing runs meanwhile.
         */
        HumanInput: {
            /**
             * Expires In S
             * @description null waits for as long as it takes
             */
            expires_in_s?: number | null;
            /**
             * On Expiry
             * @default reject
             * @enum {string}
             */
            on_expiry: "reject" | "approve";
            /**
             * @description the least that may decide
             * @default operator
             */
            role: components["schemas"]["Role"];
            /**
             * When
             * @default after
             * @enum {string}
             */
            when: "before" | "after";
        };
        /** IdentityRead */
        IdentityRead: {
            /** Source */
            source: string;
            /** User */
            user: string | null;
        };
        /** IndexCheckRead */
        IndexCheckRead: {
            /** Detail */
            detail: string;
            /** Dimension */
            dimension: number | null;
            /** Endpoint */
            endpoint: string;
            /** Name */
            name: string;
            /** Remedy */
            remedy: string;
            /** State */
            state: string | null;
            status: components["schemas"]["CheckStatus"];
            type: components["schemas"]["MemoryType"];
        };
        /** IndexChoiceRead */
        IndexChoiceRead: {
            /** Endpoint */
            endpoint: string;
            /** Name */
            name: string;
            type: components["schemas"]["MemoryType"];
        };
        /**
         * JobRead
         * @description Background work that is no execution: a set-up, a document, a migration.
         */
        JobRead: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created By */
            created_by: string;
            error: components["schemas"]["ErrorRead"] | null;
            /** Finished At */
            finished_at: string | null;
            /** Group Id */
            group_id: string;
            /** Id */
            id: string;
            /** Kind */
            kind: string;
            /** Result */
            result: {
                [key: string]: unknown;
            } | null;
            status: components["schemas"]["JobStatus"];
            /** Steps */
            steps: components["schemas"]["JobStepRead"][];
            /** Subject Id */
            subject_id: string | null;
            /** Tries */
            tries: number;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /** Version */
            version: number;
        };
        /**
         * JobStatus
         * @enum {string}
         */
        JobStatus: "queued" | "running" | "done" | "failed" | "cancelled";
        /** JobStepRead */
        JobStepRead: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Detail */
            detail: string;
            /** Name */
            name: string;
            /** Status */
            status: string;
        };
        /**
         * JsonGuardrail
         * @description The answer must be JSON that follows `json_schema`.
         */
        JsonGuardrail: {
            /** Json Schema */
            json_schema?: {
                [key: string]: unknown;
            };
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "json";
        };
        JsonValue: unknown;
        /**
         * KnowledgeDocumentRead
         * @description A file that crews may look things up in, once it is `ready`.
         */
        KnowledgeDocumentRead: {
            /** Backend Id */
            backend_id: string | null;
            /** Characters */
            characters: number;
            /** Chunks */
            chunks: number;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created By */
            created_by: string;
            /** Crew Id */
            crew_id: string | null;
            /**
             * Document Type
             * @enum {string}
             */
            document_type: "txt" | "md" | "pdf" | "docx" | "html" | "csv";
            error: components["schemas"]["ErrorRead"] | null;
            /** File Name */
            file_name: string;
            /** Group Id */
            group_id: string;
            /** Id */
            id: string;
            /** Job Id */
            job_id: string | null;
            /** Sha256 */
            sha256: string;
            /** Size Bytes */
            size_bytes: number;
            /**
             * Status
             * @enum {string}
             */
            status: "queued" | "reading" | "ready" | "failed";
            /** Title */
            title: string;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /** Version */
            version: number;
        };
        /** KnowledgeFound */
        KnowledgeFound: {
            /** Backend */
            backend: string;
            /** Items */
            items: components["schemas"]["KnowledgeHit"][];
            /** Latency Ms */
            latency_ms: number;
        };
        /** KnowledgeHit */
        KnowledgeHit: {
            /** Chunk Index */
            chunk_index: number;
            /** Document Id */
            document_id: string;
            /** Rank */
            rank: number;
            /** Score */
            score: number;
            /** Section */
            section: string;
            /** Text */
            text: string;
            /** Title */
            title: string;
        };
        /** KnowledgeSearch */
        KnowledgeSearch: {
            /**
             * Crew Id
             * @description also documents of this saved crew
             */
            crew_id?: string | null;
            /**
             * Limit
             * @default 10
             */
            limit: number;
            /** Query */
            query: string;
        };
        /**
         * Layout
         * @description Where a canvas shows the agents and tasks of a YAML shape. It changes nothing of a run.
         */
        Layout: {
            /** Agents */
            agents?: {
                [key: string]: components["schemas"]["Place"];
            };
            /** Tasks */
            tasks?: {
                [key: string]: components["schemas"]["Place"];
            };
        };
        /**
         * LengthGuardrail
         * @description The answer must be between `min_chars` and `max_chars` characters long.
         */
        LengthGuardrail: {
            /** Max Chars */
            max_chars?: number | null;
            /**
             * Min Chars
             * @default 0
             */
            min_chars: number;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "length";
        };
        /** LimitsRead */
        LimitsRead: {
            /** Effective Max Queued */
            effective_max_queued: number;
            /** Effective Max Running */
            effective_max_running: number;
            /** Keep Events Days */
            keep_events_days: number | null;
            /** Keep Executions Days */
            keep_executions_days: number | null;
            /** Max Queued */
            max_queued: number | null;
            /** Max Running */
            max_running: number | null;
            /** Models */
            models: components["schemas"]["ModelWaits"][];
            /**
             * Month
             * @example 2026-11
             */
            month: string;
            /**
             * Month Ends At
             * Format: date-time
             */
            month_ends_at: string;
            /** Monthly Tokens */
            monthly_tokens: number | null;
            /** Monthly Usd */
            monthly_usd: number | null;
            /** Queued */
            queued: number;
            /** Running */
            running: number;
            used: components["schemas"]["UsageRead"];
            /** Version */
            version: number;
        };
        /**
         * LimitsUpdate
         * @description All of them at once: what is left out or null is the installation's default.
         */
        LimitsUpdate: {
            /** Keep Events Days */
            keep_events_days?: number | null;
            /**
             * Keep Executions Days
             * @description ended executions go after so many days; 0 keeps them for ever
             */
            keep_executions_days?: number | null;
            /**
             * Max Queued
             * @description executions that wait; at most the installation's KASAL_GROUP_MAX_QUEUED
             */
            max_queued?: number | null;
            /**
             * Max Running
             * @description executions at once; at most the installation's KASAL_GROUP_CONCURRENCY
             */
            max_running?: number | null;
            /** Monthly Tokens */
            monthly_tokens?: number | null;
            /**
             * Monthly Usd
             * @description a calendar month in UTC; null is without limit
             */
            monthly_usd?: number | null;
        };
        /**
         * LlmGuardrail
         * @description A model reads the answer and decides whether it meets `description`.
         */
        LlmGuardrail: {
            /** Description */
            description: string;
            /** Llm */
            llm?: string | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "llm";
        };
        /** McpServerCreate */
        McpServerCreate: {
            /**
             * Enabled
             * @default true
             */
            enabled: boolean;
            /** Headers */
            headers?: {
                [key: string]: string;
            } | null;
            /**
             * Name
             * @description agents use it as the tool `mcp:<name>`; its tools are called `<name>__<tool>`
             */
            name: string;
            /**
             * Side Effect
             * @description what repeating a call would do; ask: a person approves each call
             * @default once
             * @enum {string}
             */
            side_effect: "idempotent" | "once" | "ask";
            /** Url */
            url: string;
        };
        /** McpServerRead */
        McpServerRead: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Enabled */
            enabled: boolean;
            /** Group Id */
            group_id: string;
            /** @description their names and values are secret */
            headers: components["schemas"]["SecretState"] | null;
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Side Effect */
            side_effect: string;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /** Url */
            url: string;
            /** Version */
            version: number;
        };
        /**
         * McpServerTest
         * @description What happened when the server was asked for its tools, with the stored headers.
         */
        McpServerTest: {
            error?: components["schemas"]["ErrorRead"] | null;
            /** Latency Ms */
            latency_ms: number;
            /** Ok */
            ok: boolean;
            /** Tools */
            tools?: components["schemas"]["RemoteToolRead"][];
        };
        /** McpServerUpdate */
        McpServerUpdate: {
            /** Enabled */
            enabled?: boolean;
            /**
             * Headers
             * @description replaces all headers; null removes them
             */
            headers?: {
                [key: string]: string;
            } | null;
            /** Name */
            name?: string;
            /**
             * Side Effect
             * @enum {string}
             */
            side_effect?: "idempotent" | "once" | "ask";
            /** Url */
            url?: string;
        };
        /** MeRead */
        MeRead: {
            auth_mode: components["schemas"]["AuthMode"];
            /**
             * Default Model
             * @description for configurations that name none
             */
            default_model: string;
            /** Email */
            email: string;
            /**
             * Group Id
             * @description the group that this request acts for (X-Group-Id)
             */
            group_id: string;
            /**
             * Groups
             * @description the first 200; /groups pages through all
             */
            groups: components["schemas"]["GroupRead"][];
            /** Is System Admin */
            is_system_admin: boolean;
            /** Providers */
            providers: components["schemas"]["ProviderRead"][];
            role: components["schemas"]["Role"];
            /** User Id */
            user_id: string;
        };
        /** MemberCreate */
        MemberCreate: {
            /** Email */
            email: string;
            /** @default operator */
            role: components["schemas"]["Role"];
        };
        /** MemberRead */
        MemberRead: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Email */
            email: string;
            role: components["schemas"]["Role"];
            /** User Id */
            user_id: string;
        };
        /** MemberUpdate */
        MemberUpdate: {
            role: components["schemas"]["Role"];
        };
        /** MemoryBackendCreate */
        MemoryBackendCreate: {
            config?: components["schemas"]["MemoryConfig"];
            /**
             * Kind
             * @enum {string}
             */
            kind: "default" | "databricks" | "pgvector";
            /** Name */
            name: string;
        };
        /** MemoryBackendRead */
        MemoryBackendRead: {
            config: components["schemas"]["MemoryConfig"];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created By */
            created_by: string;
            /**
             * Effective
             * @enum {string}
             */
            effective: "default" | "databricks" | "pgvector";
            /** Effective Reason */
            effective_reason: string | null;
            embedder: components["schemas"]["src__schemas__memory_backend__EmbedderRead"];
            /** Group Id */
            group_id: string;
            /** Id */
            id: string;
            /** Indexes */
            indexes: components["schemas"]["IndexChoiceRead"][];
            /** Is Active */
            is_active: boolean;
            /**
             * Kind
             * @enum {string}
             */
            kind: "default" | "databricks" | "pgvector";
            /** Name */
            name: string;
            /** Setup Job Id */
            setup_job_id: string | null;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /** Version */
            version: number;
        };
        /** MemoryBackendUpdate */
        MemoryBackendUpdate: {
            /** @description the whole configuration: what it leaves out goes back to its default */
            config?: components["schemas"]["MemoryConfig"];
            /** Name */
            name?: string;
        };
        /** MemoryCleared */
        MemoryCleared: {
            /** Job Id */
            job_id?: string | null;
            /** Removed */
            removed: {
                [key: string]: number;
            };
        };
        /**
         * MemoryConfig
         * @description Index names are `catalog.schema.table` on Databricks and plain names on PostgreSQL.
         */
        MemoryConfig: {
            /**
             * Document Endpoint Name
             * @description endpoint_name when left out
             */
            document_endpoint_name?: string | null;
            /** Document Index */
            document_index?: string | null;
            /** @description databricks-gte-large-en on Databricks, else the local one */
            embedder?: components["schemas"]["EmbedderConfig"] | null;
            /**
             * Enable Entity
             * @default true
             */
            enable_entity: boolean;
            /**
             * Enable Long Term
             * @default true
             */
            enable_long_term: boolean;
            /**
             * Enable Short Term
             * @default true
             */
            enable_short_term: boolean;
            /** Endpoint Name */
            endpoint_name?: string | null;
            /** Entity Index */
            entity_index?: string | null;
            /**
             * Extraction
             * @description one model call after each task looks for a lesson and entities
             * @default true
             */
            extraction: boolean;
            /**
             * Extraction Model
             * @description a cheap model will do; the agent's own when left out
             */
            extraction_model?: string | null;
            /** Long Term Index */
            long_term_index?: string | null;
            /**
             * May Fall Back
             * @description lets the next Databricks identity read and write memory when one is refused or expires
             * @default false
             */
            may_fall_back: boolean;
            /**
             * Recall Limit
             * @description records that go into a task's prompt
             * @default 8
             */
            recall_limit: number;
            /** Short Term Index */
            short_term_index?: string | null;
            /**
             * Ttl Hours
             * @description how long short-term observations are kept; 0 keeps them
             * @default 24
             */
            ttl_hours: number;
        };
        /** MemoryFound */
        MemoryFound: {
            /** Rank */
            rank: number;
            record: components["schemas"]["RecordRead"];
            /** Score */
            score: number;
        };
        /** MemoryHealth */
        MemoryHealth: {
            /** Counts */
            counts: {
                [key: string]: number;
            };
            /** Duplicate Threshold */
            duplicate_threshold: number;
            /** Findings */
            findings: components["schemas"]["HealthFinding"][];
            /** Scans */
            scans: components["schemas"]["HealthScan"][];
            /** Unused After Days */
            unused_after_days: number;
        };
        /** MemoryIndexDetail */
        MemoryIndexDetail: {
            /** Columns */
            columns: {
                [key: string]: string;
            };
            /** Detail */
            detail: string;
            /** Dimension */
            dimension: number | null;
            /** Embedder */
            embedder: string | null;
            /** Endpoint */
            endpoint: string;
            /** Name */
            name: string;
            /** Remedy */
            remedy: string;
            /** Row Count */
            row_count: number | null;
            /** State */
            state: string | null;
            status: components["schemas"]["CheckStatus"];
            type: components["schemas"]["MemoryType"];
        };
        /** MemoryIndexRead */
        MemoryIndexRead: {
            /** Detail */
            detail: string;
            /** Dimension */
            dimension: number | null;
            /** Embedder */
            embedder: string | null;
            /** Endpoint */
            endpoint: string;
            /** Name */
            name: string;
            /** Remedy */
            remedy: string;
            /** Row Count */
            row_count: number | null;
            /** State */
            state: string | null;
            status: components["schemas"]["CheckStatus"];
            type: components["schemas"]["MemoryType"];
        };
        /** MemorySearch */
        MemorySearch: {
            /**
             * Crew Id
             * @description all crews of the group when left out
             */
            crew_id?: string | null;
            /**
             * Limit
             * @default 10
             */
            limit: number;
            /** Query */
            query: string;
            /**
             * Types
             * @description all that crews remember when left out
             */
            types?: components["schemas"]["MemoryType"][] | null;
        };
        /** MemorySearchResult */
        MemorySearchResult: {
            /** Backend */
            backend: string;
            /** Items */
            items: components["schemas"]["MemoryFound"][];
            /** Latency Ms */
            latency_ms: number;
        };
        /** MemorySetup */
        MemorySetup: {
            /**
             * Activate
             * @description use it for runs as soon as it is verified
             * @default false
             */
            activate: boolean;
        };
        /** MemoryStats */
        MemoryStats: {
            /** Backend */
            backend: string;
            /** Backend Id */
            backend_id: string | null;
            /** Crews */
            crews: components["schemas"]["CrewStats"][];
            /** Crews Total */
            crews_total: number;
            embedder: components["schemas"]["src__schemas__memory__EmbedderRead"];
            /** Types */
            types: {
                [key: string]: components["schemas"]["TypeStats"];
            };
        };
        /**
         * MemoryType
         * @enum {string}
         */
        MemoryType: "short_term" | "long_term" | "entity" | "document";
        /**
         * MemoryVerification
         * @description What the store answers to the caller right now. Nothing is written.
         */
        MemoryVerification: {
            /** Endpoints */
            endpoints: components["schemas"]["CheckRead"][];
            identity: components["schemas"]["IdentityRead"] | null;
            /** Indexes */
            indexes: components["schemas"]["IndexCheckRead"][];
            /** Ok */
            ok: boolean;
        };
        /**
         * MemoryWorkspaceRead
         * @description The workspace in which a Databricks backend would be made, as the caller may use it right now.
         */
        MemoryWorkspaceRead: {
            /** Detail */
            detail: string;
            /** Endpoints */
            endpoints: components["schemas"]["EndpointRead"][];
            /** Host */
            host: string;
            identity: components["schemas"]["IdentityRead"] | null;
            /** Remedy */
            remedy: string;
            status: components["schemas"]["CheckStatus"];
        };
        /**
         * MemoryWriteStatus
         * @enum {string}
         */
        MemoryWriteStatus: "pending" | "saved" | "failed";
        /**
         * MigrationRequest
         * @description null is the built-in default.
         */
        MigrationRequest: {
            /**
             * Crew Id
             * @description all crews of the group when left out
             */
            crew_id?: string | null;
            /**
             * Dry Run
             * @description counts what would be copied and changes nothing
             * @default false
             */
            dry_run: boolean;
            /** From Backend Id */
            from_backend_id?: string | null;
            /** To Backend Id */
            to_backend_id?: string | null;
            /** Types */
            types?: ("short_term" | "long_term" | "entity")[] | null;
        };
        /**
         * MinimumNumberGuardrail
         * @description The answer must hold a number of at least `min_value`.
         */
        MinimumNumberGuardrail: {
            /** Min Value */
            min_value: number;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "minimum_number";
        };
        /** ModelConfigCreate */
        ModelConfigCreate: {
            /** Base Url */
            base_url?: string | null;
            /**
             * Context Window
             * @default 128000
             */
            context_window: number;
            /**
             * Enabled
             * @default true
             */
            enabled: boolean;
            /**
             * Input Cost Per Mtok
             * @description USD for a million prompt tokens; null: the known price, if any
             */
            input_cost_per_mtok?: number | null;
            /**
             * Key
             * @description how agents name this model
             */
            key: string;
            /**
             * Max Output Tokens
             * @default 4096
             */
            max_output_tokens: number;
            /**
             * Name
             * @description how the provider names it
             */
            name: string;
            /** Output Cost Per Mtok */
            output_cost_per_mtok?: number | null;
            /** Provider */
            provider: string;
            /**
             * Requests Per Minute
             * @description of one group, over all workers; calls wait instead of failing
             */
            requests_per_minute?: number | null;
            /** Temperature */
            temperature?: number | null;
            /**
             * Tokens Per Minute
             * @description prompts and answers together; as requests_per_minute
             */
            tokens_per_minute?: number | null;
        };
        /** ModelConfigRead */
        ModelConfigRead: {
            /** Base Url */
            base_url: string | null;
            /** Context Window */
            context_window: number;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Enabled */
            enabled: boolean;
            /** Group Id */
            group_id: string;
            /** Id */
            id: string;
            /** Input Cost Per Mtok */
            input_cost_per_mtok: number | null;
            /** Key */
            key: string;
            /** Max Output Tokens */
            max_output_tokens: number;
            /** Name */
            name: string;
            /** Output Cost Per Mtok */
            output_cost_per_mtok: number | null;
            /** Provider */
            provider: string;
            /** Requests Per Minute */
            requests_per_minute: number | null;
            /** Temperature */
            temperature: number | null;
            /** Tokens Per Minute */
            tokens_per_minute: number | null;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /** Version */
            version: number;
        };
        /** ModelConfigUpdate */
        ModelConfigUpdate: {
            /** Base Url */
            base_url?: string | null;
            /** Context Window */
            context_window?: number;
            /** Enabled */
            enabled?: boolean;
            /** Input Cost Per Mtok */
            input_cost_per_mtok?: number | null;
            /** Key */
            key?: string;
            /** Max Output Tokens */
            max_output_tokens?: number;
            /** Name */
            name?: string;
            /** Output Cost Per Mtok */
            output_cost_per_mtok?: number | null;
            /** Provider */
            provider?: string;
            /** Requests Per Minute */
            requests_per_minute?: number | null;
            /** Temperature */
            temperature?: number | null;
            /** Tokens Per Minute */
            tokens_per_minute?: number | null;
        };
        /** ModelTest */
        ModelTest: {
            /**
             * Model
             * @description a model of the list by its key, or provider/name
             * @example openai/gpt-4o-mini
             */
            model: string;
        };
        /** ModelUse */
        ModelUse: {
            /**
             * Key
             * @description as the crew names it
             */
            key: string;
            /** Provider */
            provider: string;
        };
        /**
         * ModelWaits
         * @description How often calls of a model waited for its rate limit, ever.
         */
        ModelWaits: {
            /** Model */
            model: string;
            /** Waited S */
            waited_s: number;
            /** Waits */
            waits: number;
        };
        /**
         * NewMemorySetup
         * @description A Databricks backend from nothing: an endpoint, four indexes, and a configuration that names them.
         */
        NewMemorySetup: {
            /**
             * Activate
             * @description use it for runs as soon as it is verified
             * @default false
             */
            activate: boolean;
            /** Catalog */
            catalog: string;
            /**
             * Document Endpoint Name
             * @description endpoint_name when left out
             */
            document_endpoint_name?: string | null;
            /** @description databricks-gte-large-en by default */
            embedder?: components["schemas"]["EmbedderConfig"] | null;
            /**
             * Endpoint Name
             * @description made when it does not exist, else shared with what is on it
             * @default kasal_memory
             */
            endpoint_name: string;
            /**
             * Name
             * @default Databricks
             */
            name: string;
            /** Schema */
            schema: string;
        };
        /** NodeOutput */
        NodeOutput: {
            /** By */
            by?: string | null;
            /** Comment */
            comment?: string | null;
            json?: components["schemas"]["JsonValue"];
            /**
             * Label
             * @description what a router chose, or a person at a gate
             */
            label?: string | null;
            /** Text */
            text?: string | null;
        };
        /** OutputSchemaCreate */
        OutputSchemaCreate: {
            /**
             * Description
             * @default
             */
            description: string;
            /**
             * Json Schema
             * @description JSON schema (2020-12) of an object; references stay inside it
             */
            json_schema: {
                [key: string]: unknown;
            };
            /** Name */
            name: string;
        };
        /** OutputSchemaRead */
        OutputSchemaRead: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Description */
            description: string;
            /** Group Id */
            group_id: string;
            /** Id */
            id: string;
            /** Json Schema */
            json_schema: {
                [key: string]: unknown;
            };
            /** Name */
            name: string;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /** Version */
            version: number;
        };
        /** OutputSchemaUpdate */
        OutputSchemaUpdate: {
            /** Description */
            description?: string;
            /** Json Schema */
            json_schema?: {
                [key: string]: unknown;
            };
            /** Name */
            name?: string;
        };
        /**
         * Overlap
         * @description What happens when the run before is still going.
         * @enum {string}
         */
        Overlap: "skip" | "queue" | "cancel_previous";
        /** Page[AgentRead] */
        Page_AgentRead_: {
            /** Items */
            items: components["schemas"]["AgentRead"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[ApiKeyRead] */
        Page_ApiKeyRead_: {
            /** Items */
            items: components["schemas"]["ApiKeyRead"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[ApprovalRead] */
        Page_ApprovalRead_: {
            /** Items */
            items: components["schemas"]["ApprovalRead"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[BatchItemRead] */
        Page_BatchItemRead_: {
            /** Items */
            items: components["schemas"]["BatchItemRead"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[BatchSummary] */
        Page_BatchSummary_: {
            /** Items */
            items: components["schemas"]["BatchSummary"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[CrewSummary] */
        Page_CrewSummary_: {
            /** Items */
            items: components["schemas"]["CrewSummary"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[ExecutionRead] */
        Page_ExecutionRead_: {
            /** Items */
            items: components["schemas"]["ExecutionRead"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[ExecutionTaskRead] */
        Page_ExecutionTaskRead_: {
            /** Items */
            items: components["schemas"]["ExecutionTaskRead"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[FiringRead] */
        Page_FiringRead_: {
            /** Items */
            items: components["schemas"]["FiringRead"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[FlowNodeRead] */
        Page_FlowNodeRead_: {
            /** Items */
            items: components["schemas"]["FlowNodeRead"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[FlowSummary] */
        Page_FlowSummary_: {
            /** Items */
            items: components["schemas"]["FlowSummary"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[GroupRead] */
        Page_GroupRead_: {
            /** Items */
            items: components["schemas"]["GroupRead"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[JobRead] */
        Page_JobRead_: {
            /** Items */
            items: components["schemas"]["JobRead"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[KnowledgeDocumentRead] */
        Page_KnowledgeDocumentRead_: {
            /** Items */
            items: components["schemas"]["KnowledgeDocumentRead"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[McpServerRead] */
        Page_McpServerRead_: {
            /** Items */
            items: components["schemas"]["McpServerRead"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[MemberRead] */
        Page_MemberRead_: {
            /** Items */
            items: components["schemas"]["MemberRead"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[MemoryBackendRead] */
        Page_MemoryBackendRead_: {
            /** Items */
            items: components["schemas"]["MemoryBackendRead"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[MemoryIndexRead] */
        Page_MemoryIndexRead_: {
            /** Items */
            items: components["schemas"]["MemoryIndexRead"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[ModelConfigRead] */
        Page_ModelConfigRead_: {
            /** Items */
            items: components["schemas"]["ModelConfigRead"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[OutputSchemaRead] */
        Page_OutputSchemaRead_: {
            /** Items */
            items: components["schemas"]["OutputSchemaRead"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[ReceiptRead] */
        Page_ReceiptRead_: {
            /** Items */
            items: components["schemas"]["ReceiptRead"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[RecordRead] */
        Page_RecordRead_: {
            /** Items */
            items: components["schemas"]["RecordRead"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[RecordUse] */
        Page_RecordUse_: {
            /** Items */
            items: components["schemas"]["RecordUse"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[ScheduleRead] */
        Page_ScheduleRead_: {
            /** Items */
            items: components["schemas"]["ScheduleRead"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[TaskRead] */
        Page_TaskRead_: {
            /** Items */
            items: components["schemas"]["TaskRead"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[ToolRead] */
        Page_ToolRead_: {
            /** Items */
            items: components["schemas"]["ToolRead"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[TriggerRead] */
        Page_TriggerRead_: {
            /** Items */
            items: components["schemas"]["TriggerRead"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[VersionSummary] */
        Page_VersionSummary_: {
            /** Items */
            items: components["schemas"]["VersionSummary"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /** Page[WebhookRead] */
        Page_WebhookRead_: {
            /** Items */
            items: components["schemas"]["WebhookRead"][];
            /** Next Cursor */
            next_cursor?: string | null;
        };
        /**
         * Place
         * @description Of a node on a canvas, in pixels.
         */
        Place: {
            /** X */
            x: number;
            /** Y */
            y: number;
        };
        /** PlannedAgent */
        PlannedAgent: {
            /** Goal */
            goal: string;
            /** Key */
            key: string;
            /** Memory */
            memory: boolean;
            /** Model */
            model: string;
            /** Role */
            role: string;
            /** Tools */
            tools: string[];
        };
        /** PlannedTask */
        PlannedTask: {
            /**
             * Agent
             * @description null lets the manager choose
             */
            agent: string | null;
            /**
             * Approval
             * @description when a person is asked
             */
            approval: ("before" | "after") | null;
            /** Async Execution */
            async_execution: boolean;
            /**
             * Context
             * @description keys of the tasks whose outputs it reads
             */
            context: string[];
            /** Description */
            description: string;
            /** Expected Output */
            expected_output: string;
            /** Index */
            index: number;
            /** Key */
            key: string;
            /** Name */
            name: string;
            /** Tools */
            tools: string[];
        };
        /**
         * Position
         * @description Where somebody drew it.
         */
        Position: {
            /** X */
            x: number;
            /** Y */
            y: number;
        };
        /** PreviewInput */
        PreviewInput: {
            /** Name */
            name: string;
            /** Source */
            source?: ("last_run" | "example") | null;
            /** @description to begin with; null where nothing is known */
            value?: components["schemas"]["JsonValue"];
        };
        /**
         * Problem
         * @description RFC 9457. `errors` points at each wrong field.
         */
        Problem: {
            /** Code */
            code: string;
            /** Detail */
            detail: string;
            /** Errors */
            errors?: components["schemas"]["FieldProblem"][];
            /** Request Id */
            request_id: string;
            /** Status */
            status: number;
            /** Title */
            title: string;
            /**
             * Type
             * @example urn:kasal:error:not-found
             */
            type: string;
        };
        /**
         * Process
         * @enum {string}
         */
        Process: "sequential" | "hierarchical";
        /** ProviderRead */
        ProviderRead: {
            /**
             * Configured
             * @description a key is stored, set on the server, or none is needed
             */
            configured: boolean;
            /** Key Name */
            key_name: string | null;
            /** Name */
            name: string;
            /** Title */
            title: string;
        };
        /** Range */
        Range: {
            /** P50 */
            p50: number;
            /** P90 */
            p90: number;
        };
        /** Readiness */
        Readiness: {
            /** Reasons */
            reasons: string[];
            /** Status */
            status: string;
        };
        /**
         * ReceiptRead
         * @description One record that one task had in front of it.
         */
        ReceiptRead: {
            /** Agent */
            agent: string | null;
            /**
             * At
             * Format: date-time
             */
            at: string;
            /**
             * Attempt
             * @description of the execution
             */
            attempt: number;
            /** Backend */
            backend: string;
            /**
             * Excerpt
             * @description how the record began when it was used
             */
            excerpt: string;
            /** Id */
            id: string;
            /** Latency Ms */
            latency_ms: number;
            /** Rank */
            rank: number;
            record: components["schemas"]["ReceiptRecord"];
            /** Score */
            score: number;
            /** Task */
            task: string;
            /**
             * Via
             * @description recall, search or knowledge
             */
            via: string;
        };
        /** ReceiptRecord */
        ReceiptRecord: {
            /** Id */
            id: string;
            /** Type */
            type: string;
        };
        /**
         * RecordCreate
         * @description What a person teaches a crew: a lesson or an observation (`content`), or an entity.
         */
        RecordCreate: {
            /** Content */
            content?: string | null;
            /** Crew Id */
            crew_id: string;
            /** Description */
            description?: string | null;
            /** Entity Name */
            entity_name?: string | null;
            /** Entity Type */
            entity_type?: string | null;
            /**
             * Importance
             * @description of a lesson
             * @default 0.7
             */
            importance: number;
            /** Relationships */
            relationships?: string[];
            /**
             * Type
             * @default long_term
             * @enum {string}
             */
            type: "short_term" | "long_term" | "entity";
        };
        /** RecordCrew */
        RecordCrew: {
            /** Crew Id */
            crew_id: string | null;
            /** Identity */
            identity: string;
            /** Name */
            name: string | null;
        };
        /** RecordRead */
        RecordRead: {
            /** Created At */
            created_at: string | null;
            crew: components["schemas"]["RecordCrew"] | null;
            /** Expires At */
            expires_at: string | null;
            /** Fields */
            fields: {
                [key: string]: components["schemas"]["JsonValue"];
            };
            /** Id */
            id: string;
            /** Last Accessed At */
            last_accessed_at: string | null;
            /** Pinned */
            pinned: boolean;
            /** Sources */
            sources: string[];
            /** Text */
            text: string;
            type: components["schemas"]["MemoryType"];
            /** Used */
            used: number;
            /** Version */
            version: number;
        };
        /**
         * RecordUpdate
         * @description Each type takes the fields that it has; texts are embedded anew.
         */
        RecordUpdate: {
            /** Content */
            content?: string;
            /** Description */
            description?: string;
            /** Entity Name */
            entity_name?: string;
            /** Entity Type */
            entity_type?: string;
            /** Importance */
            importance?: number;
            /**
             * Pinned
             * @description every task of its crew gets to read it, and it does not expire
             */
            pinned?: boolean;
            /** Quality */
            quality?: number;
            /** Relationships */
            relationships?: string[];
            /**
             * Ttl Hours
             * @description 0 keeps it
             */
            ttl_hours?: number;
        };
        /** RecordUse */
        RecordUse: {
            /** Best Rank */
            best_rank: number;
            /** Crew Name */
            crew_name: string;
            /** Execution Id */
            execution_id: string;
            /**
             * Last At
             * Format: date-time
             */
            last_at: string;
            /** Started At */
            started_at: string | null;
            /** Status */
            status: string;
            /** Times */
            times: number;
        };
        /** RemoteToolRead */
        RemoteToolRead: {
            /** Description */
            description: string;
            /** Name */
            name: string;
        };
        /** ResultRead */
        ResultRead: {
            json?: components["schemas"]["JsonValue"];
            /** Raw */
            raw: string;
        };
        /** RetryRequest */
        RetryRequest: {
            /**
             * From Task
             * @description of a flow, the key of a node; null runs everything again
             */
            from_task?: string | null;
        };
        /**
         * Role
         * @description What a member may do in a group; each role includes the ones before it.
         * @enum {string}
         */
        Role: "operator" | "editor" | "admin";
        /** Rollback */
        Rollback: {
            /**
             * Note
             * @description why this version was made
             * @default
             */
            note: string;
            /**
             * To
             * @description the version whose definition becomes the newest one
             */
            to: number;
        };
        /**
         * RouterNode
         * @description Takes the edges with the label of the first condition that is true.
         */
        RouterNode: {
            /** Conditions */
            conditions: components["schemas"]["Condition"][];
            /**
             * Default
             * @description the label when no condition is true
             */
            default: string;
            /**
             * Join
             * @description with several incoming edges: all waits until each is decided and one was taken, any starts with the first that is taken; a node none of whose edges is taken is skipped
             * @default all
             * @enum {string}
             */
            join: "all" | "any";
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "router";
            /** Name */
            name?: string | null;
            position?: components["schemas"]["Position"] | null;
        };
        /**
         * RunOptions
         * @description What each run is started with, as in POST /executions. A flow takes neither model nor budget: its nodes
         *     have them.
         */
        RunOptions: {
            budget?: components["schemas"]["Budget"];
            /** Inputs */
            inputs?: {
                [key: string]: components["schemas"]["JsonValue"];
            };
            /** Model */
            model?: string | null;
            /**
             * Priority
             * @description 1 runs first
             * @default 5
             */
            priority: number;
            /** Run Name */
            run_name?: string | null;
            /**
             * Version
             * @description the newest when left out
             */
            version?: number | null;
        };
        /**
         * RunPreview
         * @description What a run asks for, and whom.
         */
        RunPreview: {
            /**
             * Inputs
             * @description what the crew's texts name, in the order in which they do
             */
            inputs: components["schemas"]["PreviewInput"][];
            /**
             * Models
             * @description each once; none where there are problems
             */
            models: components["schemas"]["ModelUse"][];
            /**
             * Problems
             * @description for which POST /executions would refuse it, inputs aside
             */
            problems: components["schemas"]["FieldProblem"][];
            /** Warnings */
            warnings: string[];
        };
        /** ScheduleCreate */
        ScheduleCreate: {
            /**
             * At
             * @description once, at this time
             */
            at?: string | null;
            /** @default latest */
            catch_up: components["schemas"]["CatchUp"];
            /**
             * Crew Id
             * @description this, or flow_id
             */
            crew_id?: string | null;
            /**
             * Cron
             * @example 0 7 * * MON-FRI
             */
            cron?: string | null;
            /**
             * Delay S
             * @description once, so much later
             */
            delay_s?: number | null;
            /**
             * Flow Id
             * @description this, or crew_id
             */
            flow_id?: string | null;
            /** Name */
            name: string;
            /** @default skip */
            overlap: components["schemas"]["Overlap"];
            /**
             * Paused
             * @default false
             */
            paused: boolean;
            request?: components["schemas"]["RunOptions"];
            /**
             * Timezone
             * @default UTC
             */
            timezone: string;
        };
        /** ScheduleRead */
        ScheduleRead: {
            /** Acts For */
            acts_for: string;
            /** At */
            at: string | null;
            catch_up: components["schemas"]["CatchUp"];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Crew Id */
            crew_id: string | null;
            /** Cron */
            cron: string | null;
            /** Flow Id */
            flow_id: string | null;
            /** Group Id */
            group_id: string;
            /** Id */
            id: string;
            /** Last Execution Id */
            last_execution_id: string | null;
            /** Name */
            name: string;
            /**
             * Next Fires
             * @description at most five, in UTC; none while it is paused
             */
            next_fires: string[];
            overlap: components["schemas"]["Overlap"];
            /** Paused */
            paused: boolean;
            /** Paused Because */
            paused_because: string | null;
            request: components["schemas"]["RunOptions"];
            /** Timezone */
            timezone: string;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /** Version */
            version: number;
        };
        /**
         * ScheduleUpdate
         * @description A one-off schedule stays one, a cron stays a cron.
         */
        ScheduleUpdate: {
            /**
             * At
             * Format: date-time
             */
            at?: string;
            catch_up?: components["schemas"]["CatchUp"];
            /** Cron */
            cron?: string;
            /** Name */
            name?: string;
            overlap?: components["schemas"]["Overlap"];
            /** @description replaces the whole request */
            request?: components["schemas"]["RunOptions"];
            /** Timezone */
            timezone?: string;
        };
        /** SecretRotation */
        SecretRotation: {
            /**
             * Overlap S
             * @description how long the old secret goes on working
             * @default 86400
             */
            overlap_s: number;
        };
        /**
         * SecretShown
         * @description The only answer that holds it.
         */
        SecretShown: {
            /** Old Secret Until */
            old_secret_until: string | null;
            /**
             * Secret
             * @description `whsec_…`; it is not shown again
             */
            secret: string;
        };
        /** SecretState */
        SecretState: {
            /**
             * Set
             * @default true
             * @constant
             */
            set: true;
        };
        /** SetupItemRead */
        SetupItemRead: {
            /**
             * Action
             * @enum {string}
             */
            action: "create" | "use" | "blocked";
            /** Detail */
            detail: string;
            /** Name */
            name: string;
            type: components["schemas"]["MemoryType"] | null;
            /**
             * What
             * @enum {string}
             */
            what: "endpoint" | "index";
        };
        /**
         * SetupPlanRead
         * @description What a set-up would do, as things stand.
         */
        SetupPlanRead: {
            /** Cost */
            cost: string;
            embedder: components["schemas"]["src__schemas__memory_backend__EmbedderRead"];
            identity: components["schemas"]["IdentityRead"] | null;
            /** Items */
            items: components["schemas"]["SetupItemRead"][];
            /**
             * Kind
             * @enum {string}
             */
            kind: "default" | "databricks" | "pgvector";
        };
        /**
         * StateConfig
         * @description What nodes share. It follows its schema from the first moment on.
         */
        StateConfig: {
            /**
             * Initial
             * @description expressions see inputs alone
             */
            initial?: {
                [key: string]: components["schemas"]["JsonValue"];
            };
            /** Json Schema */
            json_schema?: {
                [key: string]: unknown;
            };
        };
        /** TaskConfig */
        "TaskConfig-Input": {
            /**
             * Agent
             * @description who does it; null: the manager of a hierarchical crew decides
             */
            agent?: string | null;
            /**
             * Async Execution
             * @description the next task does not wait for it; a later one that reads it does
             * @default false
             */
            async_execution: boolean;
            /**
             * Context
             * @description null: all earlier outputs; []: none
             */
            context?: string[] | null;
            /**
             * Description
             * @description what is to be done; may name {placeholders}
             */
            description: string;
            /**
             * Expected Output
             * @description what a good answer looks like
             */
            expected_output: string;
            /**
             * Guardrail
             * @description a sentence is checked by a model, an object by its type
             */
            guardrail?: string | (components["schemas"]["MinimumNumberGuardrail"] | components["schemas"]["LengthGuardrail"] | components["schemas"]["ContainsGuardrail"] | components["schemas"]["JsonGuardrail"] | components["schemas"]["LlmGuardrail"]) | null;
            /**
             * Guardrail Max Retries
             * @description how often an answer that fails a check is asked for again
             * @default 3
             */
            guardrail_max_retries: number;
            /**
             * Guardrails
             * @description checks that the answer must pass, in order
             */
            guardrails?: (string | (components["schemas"]["MinimumNumberGuardrail"] | components["schemas"]["LengthGuardrail"] | components["schemas"]["ContainsGuardrail"] | components["schemas"]["JsonGuardrail"] | components["schemas"]["LlmGuardrail"]))[];
            /**
             * Human Input
             * @description true: a person approves the answer; an object says more
             * @default false
             */
            human_input: boolean | components["schemas"]["HumanInput"];
            /**
             * Markdown
             * @description the answer is asked for as Markdown
             * @default false
             */
            markdown: boolean;
            /**
             * Name
             * @description as people read it; null: its key
             */
            name?: string | null;
            /**
             * Output Json
             * @description a JSON schema, or the name of one in /output-schemas
             */
            output_json?: string | {
                [key: string]: unknown;
            } | null;
            /**
             * Output Pydantic
             * @description as output_json, for crews that come from CrewAI code
             */
            output_pydantic?: string | {
                [key: string]: unknown;
            } | null;
            /**
             * Tools
             * @description for this task, instead of the agent's own
             */
            tools?: string[];
        };
        /** TaskConfig */
        "TaskConfig-Output": {
            /**
             * Agent
             * @description who does it; null: the manager of a hierarchical crew decides
             */
            agent?: string | null;
            /**
             * Async Execution
             * @description the next task does not wait for it; a later one that reads it does
             * @default false
             */
            async_execution: boolean;
            /**
             * Context
             * @description null: all earlier outputs; []: none
             */
            context?: string[] | null;
            /**
             * Description
             * @description what is to be done; may name {placeholders}
             */
            description: string;
            /**
             * Expected Output
             * @description what a good answer looks like
             */
            expected_output: string;
            /**
             * Guardrail
             * @description a sentence is checked by a model, an object by its type
             */
            guardrail?: string | (components["schemas"]["MinimumNumberGuardrail"] | components["schemas"]["LengthGuardrail"] | components["schemas"]["ContainsGuardrail"] | components["schemas"]["JsonGuardrail"] | components["schemas"]["LlmGuardrail"]) | null;
            /**
             * Guardrail Max Retries
             * @description how often an answer that fails a check is asked for again
             * @default 3
             */
            guardrail_max_retries: number;
            /**
             * Guardrails
             * @description checks that the answer must pass, in order
             */
            guardrails?: (string | (components["schemas"]["MinimumNumberGuardrail"] | components["schemas"]["LengthGuardrail"] | components["schemas"]["ContainsGuardrail"] | components["schemas"]["JsonGuardrail"] | components["schemas"]["LlmGuardrail"]))[];
            /**
             * Human Input
             * @description true: a person approves the answer; an object says more
             * @default false
             */
            human_input: boolean | components["schemas"]["HumanInput"];
            /**
             * Markdown
             * @description the answer is asked for as Markdown
             * @default false
             */
            markdown: boolean;
            /**
             * Name
             * @description as people read it; null: its key
             */
            name?: string | null;
            /**
             * Output Json
             * @description a JSON schema, or the name of one in /output-schemas
             */
            output_json?: string | {
                [key: string]: unknown;
            } | null;
            /**
             * Output Pydantic
             * @description as output_json, for crews that come from CrewAI code
             */
            output_pydantic?: string | {
                [key: string]: unknown;
            } | null;
            /**
             * Tools
             * @description for this task, instead of the agent's own
             */
            tools?: string[];
        };
        /** TaskCreate */
        TaskCreate: {
            config: components["schemas"]["TaskConfig-Input"];
            /** Name */
            name: string;
        };
        /**
         * TaskMemoryRead
         * @description What became of what the task left to its crew's memory.
         */
        TaskMemoryRead: {
            error: components["schemas"]["ErrorRead"] | null;
            /**
             * Merged
             * @description of these, how many went into a record that was there
             */
            merged: number;
            /** Records */
            records: number;
            status: components["schemas"]["MemoryWriteStatus"];
        };
        /** TaskRead */
        TaskRead: {
            config: components["schemas"]["TaskConfig-Output"];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Group Id */
            group_id: string;
            /** Id */
            id: string;
            /** Name */
            name: string;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /** Version */
            version: number;
        };
        /**
         * TaskStatus
         * @enum {string}
         */
        TaskStatus: "PENDING" | "RUNNING" | "WAITING_FOR_APPROVAL" | "COMPLETED" | "FAILED" | "CANCELLED";
        /** TaskUpdate */
        TaskUpdate: {
            /** @description replaces the whole configuration */
            config?: components["schemas"]["TaskConfig-Input"];
            /** Name */
            name?: string;
        };
        /**
         * ToolPut
         * @description The whole choice of the group. `{"set": true}` keeps a secret that is stored already.
         */
        ToolPut: {
            /** Config */
            config?: {
                [key: string]: unknown;
            };
            /**
             * Enabled
             * @default true
             */
            enabled: boolean;
            /**
             * Side Effect
             * @description ask: a person approves each call; null: as the catalogue says
             */
            side_effect?: "ask" | null;
        };
        /**
         * ToolRead
         * @description A tool of the catalogue as this group has it.
         */
        ToolRead: {
            /**
             * Available
             * @description false: switched off for everybody
             */
            available: boolean;
            /**
             * Config
             * @description defaults with the group's own values over them; secrets are {"set": true}
             */
            config: {
                [key: string]: unknown;
            };
            /** Config Schema */
            config_schema: {
                [key: string]: unknown;
            };
            /** Description */
            description: string;
            /**
             * Enabled
             * @description may be used by agents of this group
             */
            enabled: boolean;
            /** Id */
            id: string;
            /** Key */
            key: string;
            /**
             * Side Effect
             * @description idempotent, once or ask
             */
            side_effect: string;
            /** Title */
            title: string;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /**
             * Version
             * @description 0 as long as the group changed nothing
             */
            version: number;
        };
        /** ToolUpdate */
        ToolUpdate: {
            /**
             * Config
             * @description fields given here replace stored ones; null removes one
             */
            config?: {
                [key: string]: unknown;
            };
            /** Enabled */
            enabled?: boolean;
            /**
             * Side Effect
             * @description ask: a person approves each call; null: as the catalogue says
             */
            side_effect?: "ask" | null;
        };
        /**
         * TriggerAnswer
         * @description The same for every repetition of a delivery.
         */
        TriggerAnswer: {
            /**
             * Execution Id
             * @description null for one that was deleted since
             */
            execution_id: string | null;
        };
        /** TriggerCreate */
        TriggerCreate: {
            /**
             * Crew Id
             * @description this, or flow_id
             */
            crew_id?: string | null;
            /**
             * Enabled
             * @default true
             */
            enabled: boolean;
            /**
             * Flow Id
             * @description this, or crew_id
             */
            flow_id?: string | null;
            /**
             * Mapping
             * @description input -> JMESPath over the payload of the call, such as `issue.title`; `@` is all of it
             */
            mapping?: {
                [key: string]: string;
            };
            /** Name */
            name: string;
            request?: components["schemas"]["RunOptions"];
        };
        /** TriggerCreated */
        TriggerCreated: {
            /**
             * Acts For
             * @description the member in whose name it runs
             */
            acts_for: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Crew Id */
            crew_id: string | null;
            /** Enabled */
            enabled: boolean;
            /** Flow Id */
            flow_id: string | null;
            /** Group Id */
            group_id: string;
            /** Id */
            id: string;
            /** Last Execution Id */
            last_execution_id: string | null;
            /** Mapping */
            mapping: {
                [key: string]: string;
            };
            /** Name */
            name: string;
            /** Old Secret Until */
            old_secret_until: string | null;
            /**
             * Path
             * @description where it is called: POST, signed as Standard Webhooks has it
             */
            path: string;
            /** Refused At */
            refused_at: string | null;
            /**
             * Refused Because
             * @description why the last call that was signed rightly was refused; null when it was taken
             */
            refused_because: string | null;
            request: components["schemas"]["RunOptions"];
            /**
             * Secret
             * @description `whsec_…`; it is not shown again
             */
            secret: string;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /** Version */
            version: number;
        };
        /** TriggerRead */
        TriggerRead: {
            /**
             * Acts For
             * @description the member in whose name it runs
             */
            acts_for: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Crew Id */
            crew_id: string | null;
            /** Enabled */
            enabled: boolean;
            /** Flow Id */
            flow_id: string | null;
            /** Group Id */
            group_id: string;
            /** Id */
            id: string;
            /** Last Execution Id */
            last_execution_id: string | null;
            /** Mapping */
            mapping: {
                [key: string]: string;
            };
            /** Name */
            name: string;
            /** Old Secret Until */
            old_secret_until: string | null;
            /**
             * Path
             * @description where it is called: POST, signed as Standard Webhooks has it
             */
            path: string;
            /** Refused At */
            refused_at: string | null;
            /**
             * Refused Because
             * @description why the last call that was signed rightly was refused; null when it was taken
             */
            refused_because: string | null;
            request: components["schemas"]["RunOptions"];
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /** Version */
            version: number;
        };
        /**
         * TriggerUpdate
         * @description Whoever changes it is from then on the one in whose name it runs.
         */
        TriggerUpdate: {
            /**
             * Crew Id
             * @description in place of what it started before
             */
            crew_id?: string;
            /** Enabled */
            enabled?: boolean;
            /**
             * Flow Id
             * @description in place of what it started before
             */
            flow_id?: string;
            /**
             * Mapping
             * @description replaces the whole mapping
             */
            mapping?: {
                [key: string]: string;
            };
            /** Name */
            name?: string;
            /** @description replaces the whole request */
            request?: components["schemas"]["RunOptions"];
        };
        /** TypeStats */
        TypeStats: {
            /** Count */
            count: number;
            /** Expired */
            expired: number;
            /** Newest */
            newest: string | null;
            /** Oldest */
            oldest: string | null;
            /** Pinned */
            pinned: number;
            /** Scanned */
            scanned: number;
            /** Text Bytes */
            text_bytes: number;
        };
        /** UsageRead */
        UsageRead: {
            /** Completion Tokens */
            completion_tokens: number;
            /** Cost Usd */
            cost_usd: number | null;
            /** Llm Calls */
            llm_calls: number;
            /** Prompt Tokens */
            prompt_tokens: number;
        };
        /** VersionRead */
        VersionRead: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created By */
            created_by: string;
            /** Definition */
            definition: {
                [key: string]: unknown;
            };
            /** Note */
            note: string;
            /** Number */
            number: number;
        };
        /** VersionSummary */
        VersionSummary: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created By */
            created_by: string;
            /** Note */
            note: string;
            /** Number */
            number: number;
        };
        /** WebhookCreate */
        WebhookCreate: {
            /**
             * Enabled
             * @default true
             */
            enabled: boolean;
            /** Events */
            events: components["schemas"]["WebhookEvent"][];
            /**
             * Include Outputs
             * @description tell the result and the text of an error too
             * @default false
             */
            include_outputs: boolean;
            /** Name */
            name: string;
            /** Url */
            url: string;
        };
        /** WebhookCreated */
        WebhookCreated: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created By */
            created_by: string;
            /**
             * Disabled Because
             * @description where not a person disabled it
             */
            disabled_because: string | null;
            /** Enabled */
            enabled: boolean;
            /** Events */
            events: components["schemas"]["WebhookEvent"][];
            /** Group Id */
            group_id: string;
            /** Id */
            id: string;
            /** Include Outputs */
            include_outputs: boolean;
            /** Name */
            name: string;
            /** Old Secret Until */
            old_secret_until: string | null;
            /**
             * Secret
             * @description `whsec_…`; it is not shown again
             */
            secret: string;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /** Url */
            url: string;
            /** Version */
            version: number;
        };
        /**
         * WebhookEvent
         * @enum {string}
         */
        WebhookEvent: "execution_completed" | "execution_failed" | "execution_cancelled" | "approval_requested" | "approval_decided" | "batch_done" | "batch_cancelled" | "schedule_paused";
        /**
         * WebhookRead
         * @description What became of its deliveries: GET /jobs?subject=<id>.
         */
        WebhookRead: {
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created By */
            created_by: string;
            /**
             * Disabled Because
             * @description where not a person disabled it
             */
            disabled_because: string | null;
            /** Enabled */
            enabled: boolean;
            /** Events */
            events: components["schemas"]["WebhookEvent"][];
            /** Group Id */
            group_id: string;
            /** Id */
            id: string;
            /** Include Outputs */
            include_outputs: boolean;
            /** Name */
            name: string;
            /** Old Secret Until */
            old_secret_until: string | null;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /** Url */
            url: string;
            /** Version */
            version: number;
        };
        /**
         * WebhookTest
         * @description What happened when an event of the type `test` was sent.
         */
        WebhookTest: {
            error?: components["schemas"]["ErrorRead"] | null;
            /** Latency Ms */
            latency_ms: number;
            /** Ok */
            ok: boolean;
            /**
             * Status
             * @description of the answer, where there was one
             */
            status?: number | null;
        };
        /** WebhookUpdate */
        WebhookUpdate: {
            /** Enabled */
            enabled?: boolean;
            /** Events */
            events?: components["schemas"]["WebhookEvent"][];
            /**
             * Include Outputs
             * @description tell the result and the text of an error too
             */
            include_outputs?: boolean;
            /** Name */
            name?: string;
            /** Url */
            url?: string;
        };
        /** EmbedderRead */
        src__schemas__memory__EmbedderRead: {
            /** Dimension */
            dimension: number;
            /** Name */
            name: string;
        };
        /** EmbedderRead */
        src__schemas__memory_backend__EmbedderRead: {
            /** Dimension */
            dimension: number;
            /** Model */
            model: string;
            /** Name */
            name: string;
            /** Provider */
            provider: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    list_agents_api_v1_agents_get: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_AgentRead_"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    create_agent_api_v1_agents_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AgentCreate"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    get_agent_api_v1_agents__id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    delete_agent_api_v1_agents__id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    update_agent_api_v1_agents__id__patch: {
        parameters: {
            query?: never;
            header?: {
                /** @description the `version` last read, as `"3"`; `*` for any */
                "if-match"?: string | null;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AgentUpdate"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    list_api_keys_api_v1_api_keys_get: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ApiKeyRead_"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    create_api_key_api_v1_api_keys_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApiKeyCreate"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    get_api_key_api_v1_api_keys__id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    delete_api_key_api_v1_api_keys__id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    update_api_key_api_v1_api_keys__id__patch: {
        parameters: {
            query?: never;
            header?: {
                /** @description the `version` last read, as `"3"`; `*` for any */
                "if-match"?: string | null;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApiKeyUpdate"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    list_approvals_api_v1_approvals_get: {
        parameters: {
            query?: {
                status?: components["schemas"]["ApprovalStatus"] | null;
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ApprovalRead_"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    get_approval_api_v1_approvals__id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApprovalRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    decide_approval_api_v1_approvals__id__decision_post: {
        parameters: {
            query?: never;
            header?: {
                "idempotency-key"?: string | null;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApprovalDecision"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApprovalRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    list_batches_api_v1_batches_get: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_BatchSummary_"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    create_batch_api_v1_batches_post: {
        parameters: {
            query?: never;
            header?: {
                "idempotency-key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Concurrency
                     * @description how many rows run at once
                     * @default 5
                     */
                    concurrency?: number;
                    /**
                     * Crew Id
                     * @description this, or flow_id
                     */
                    crew_id?: string | null;
                    /**
                     * Flow Id
                     * @description this, or crew_id
                     */
                    flow_id?: string | null;
                    /**
                     * Items
                     * @description the inputs of each row
                     */
                    items: Record<string, never>[];
                    /** Name */
                    name: string;
                    /**
                     * BatchOptions
                     * @description What every row's run is started with, as in POST /executions. A flow takes neither model nor budget: its
                     *     nodes have them.
                     */
                    request?: {
                        /**
                         * Budget
                         * @description of each row's run
                         */
                        budget?: {
                            /** Max Tokens */
                            max_tokens?: number | null;
                            /** Max Usd */
                            max_usd?: number | null;
                        };
                        /** Model */
                        model?: string | null;
                        /**
                         * Priority
                         * @description 1 runs first
                         * @default 5
                         */
                        priority?: number;
                        /** Run Name */
                        run_name?: string | null;
                        /**
                         * Version
                         * @description the newest when left out; fixed when the batch is made
                         */
                        version?: number | null;
                    };
                };
                "multipart/form-data": {
                    /**
                     * Concurrency
                     * @description how many rows run at once
                     * @default 5
                     */
                    concurrency?: number;
                    /**
                     * Crew Id
                     * @description this, or flow_id
                     */
                    crew_id?: string | null;
                    /**
                     * Format: binary
                     * @description JSON lines, or CSV with the names of the inputs in the first line
                     */
                    file: string;
                    /**
                     * Flow Id
                     * @description this, or crew_id
                     */
                    flow_id?: string | null;
                    /** @description follows from the file's name */
                    format?: ("jsonl" | "csv") | null;
                    /** Max Tokens */
                    max_tokens?: number | null;
                    /** Max Usd */
                    max_usd?: number | null;
                    /** Model */
                    model?: string | null;
                    /** Name */
                    name: string;
                    /**
                     * Priority
                     * @description 1 runs first
                     * @default 5
                     */
                    priority?: number;
                    /** Run Name */
                    run_name?: string | null;
                    /** Version */
                    version?: number | null;
                };
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    get_batch_api_v1_batches__id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    delete_batch_api_v1_batches__id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    cancel_batch_api_v1_batches__id__cancel_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    export_batch_api_v1_batches__id__export_get: {
        parameters: {
            query?: {
                format?: components["schemas"]["DatasetFormat"];
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    list_batch_items_api_v1_batches__id__items_get: {
        parameters: {
            query?: {
                status?: components["schemas"]["BatchItemStatus"] | null;
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_BatchItemRead_"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    retry_batch_api_v1_batches__id__retry_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    list_crews_api_v1_crews_get: {
        parameters: {
            query?: {
                search?: string | null;
                example?: boolean | null;
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_CrewSummary_"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    create_crew_api_v1_crews_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CrewCreate"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CrewRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    check_crew_api_v1_crews_check_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CrewCheckRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CrewChecked"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    import_crew_api_v1_crews_import_post: {
        parameters: {
            query?: never;
            header?: {
                "idempotency-key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CrewImport"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CrewRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    get_crew_api_v1_crews__id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CrewRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    delete_crew_api_v1_crews__id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    update_crew_api_v1_crews__id__patch: {
        parameters: {
            query?: never;
            header?: {
                /** @description the `version` last read, as `"3"`; `*` for any */
                "if-match"?: string | null;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CrewUpdate"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CrewRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    diff_crew_api_v1_crews__id__diff_get: {
        parameters: {
            query: {
                from: number;
                to: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DefinitionDiff"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    export_crew_api_v1_crews__id__export_get: {
        parameters: {
            query?: {
                format?: "yaml" | "json" | "python" | "notebook" | "databricks_app";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    rollback_crew_api_v1_crews__id__rollback_post: {
        parameters: {
            query?: never;
            header?: {
                /** @description the `version` last read, as `"3"`; `*` for any */
                "if-match"?: string | null;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Rollback"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CrewRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    list_crew_versions_api_v1_crews__id__versions_get: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_VersionSummary_"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    get_crew_version_api_v1_crews__id__versions__number__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    list_executions_api_v1_executions_get: {
        parameters: {
            query?: {
                status?: components["schemas"]["ExecutionStatus"] | null;
                crew_id?: string | null;
                flow_id?: string | null;
                parent_id?: string | null;
                since?: string | null;
                kind?: ("crew" | "flow") | null;
                trigger?: ("api" | "schedule" | "webhook" | "batch" | "flow") | null;
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ExecutionRead_"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    start_execution_api_v1_executions_post: {
        parameters: {
            query?: never;
            header?: {
                "idempotency-key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExecutionCreate"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExecutionStarted"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    estimate_execution_api_v1_executions_estimate_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExecutionCreate"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EstimateRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    preview_execution_api_v1_executions_preview_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExecutionCreate"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunPreview"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    get_execution_api_v1_executions__id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExecutionRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    delete_execution_api_v1_executions__id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    list_execution_approvals_api_v1_executions__id__approvals_get: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ApprovalRead_"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    cancel_execution_api_v1_executions__id__cancel_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExecutionRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    list_execution_events_api_v1_executions__id__events_get: {
        parameters: {
            query?: {
                after?: number;
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventPage"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    stream_execution_events_api_v1_executions__id__events_stream_get: {
        parameters: {
            query?: {
                after?: number;
            };
            header?: {
                "last-event-id"?: string | null;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    list_execution_nodes_api_v1_executions__id__nodes_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_FlowNodeRead_"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    get_execution_plan_api_v1_executions__id__plan_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExecutionPlanRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    list_execution_receipts_api_v1_executions__id__receipts_get: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ReceiptRead_"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    retry_execution_api_v1_executions__id__retry_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetryRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExecutionRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    list_execution_tasks_api_v1_executions__id__tasks_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ExecutionTaskRead_"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    list_flows_api_v1_flows_get: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_FlowSummary_"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    create_flow_api_v1_flows_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FlowCreate"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    get_flow_api_v1_flows__id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    delete_flow_api_v1_flows__id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    update_flow_api_v1_flows__id__patch: {
        parameters: {
            query?: never;
            header?: {
                /** @description the `version` last read, as `"3"`; `*` for any */
                "if-match"?: string | null;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FlowUpdate"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    diff_flow_api_v1_flows__id__diff_get: {
        parameters: {
            query: {
                from: number;
                to: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DefinitionDiff"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    rollback_flow_api_v1_flows__id__rollback_post: {
        parameters: {
            query?: never;
            header?: {
                /** @description the `version` last read, as `"3"`; `*` for any */
                "if-match"?: string | null;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Rollback"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    list_flow_versions_api_v1_flows__id__versions_get: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_VersionSummary_"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    get_flow_version_api_v1_flows__id__versions__number__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    list_groups_api_v1_groups_get: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_GroupRead_"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    create_group_api_v1_groups_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GroupCreate"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    get_group_api_v1_groups__id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    update_group_api_v1_groups__id__patch: {
        parameters: {
            query?: never;
            header?: {
                /** @description the `version` last read, as `"3"`; `*` for any */
                "if-match"?: string | null;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GroupUpdate"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    list_members_api_v1_groups__id__members_get: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_MemberRead_"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    add_member_api_v1_groups__id__members_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MemberCreate"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    set_member_api_v1_groups__id__members__user_id__put: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MemberUpdate"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    remove_member_api_v1_groups__id__members__user_id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    set_member_api_v1_groups__id__members__user_id__patch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MemberUpdate"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    list_jobs_api_v1_jobs_get: {
        parameters: {
            query?: {
                /** @description a backend, a document, an execution */
                subject?: string | null;
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_JobRead_"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    get_job_api_v1_jobs__id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    cancel_job_api_v1_jobs__id__cancel_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    list_documents_api_v1_knowledge_documents_get: {
        parameters: {
            query?: {
                /** @description only those of this saved crew alone */
                crew_id?: string | null;
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_KnowledgeDocumentRead_"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    add_document_api_v1_knowledge_documents_post: {
        parameters: {
            query?: never;
            header?: {
                "idempotency-key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /**
                     * Crew Id
                     * @description the saved crew that alone may read it; left out, the whole group
                     */
                    crew_id?: string | null;
                    /**
                     * Format: binary
                     * @description the document
                     */
                    file: string;
                    /**
                     * Title
                     * @description the file's name when left out
                     */
                    title?: string | null;
                };
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KnowledgeDocumentRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    get_document_api_v1_knowledge_documents__id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KnowledgeDocumentRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    delete_document_api_v1_knowledge_documents__id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    search_knowledge_api_v1_knowledge_search_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KnowledgeSearch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KnowledgeFound"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    get_limits_api_v1_limits_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LimitsRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    set_limits_api_v1_limits_put: {
        parameters: {
            query?: never;
            header?: {
                /** @description the `version` last read, as `"3"`; `*` for any */
                "if-match"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LimitsUpdate"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LimitsRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    list_mcp_servers_api_v1_mcp_servers_get: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_McpServerRead_"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    create_mcp_server_api_v1_mcp_servers_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["McpServerCreate"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["McpServerRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    get_mcp_server_api_v1_mcp_servers__id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["McpServerRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    delete_mcp_server_api_v1_mcp_servers__id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    update_mcp_server_api_v1_mcp_servers__id__patch: {
        parameters: {
            query?: never;
            header?: {
                /** @description the `version` last read, as `"3"`; `*` for any */
                "if-match"?: string | null;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["McpServerUpdate"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["McpServerRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    test_mcp_server_api_v1_mcp_servers__id__test_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["McpServerTest"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    get_me_api_v1_me_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MeRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    list_memory_backends_api_v1_memory_backends_get: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_MemoryBackendRead_"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    create_memory_backend_api_v1_memory_backends_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MemoryBackendCreate"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemoryBackendRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    setup_new_memory_backend_api_v1_memory_backends_setup_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewMemorySetup"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    plan_new_memory_backend_api_v1_memory_backends_setup_plan_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewMemorySetup"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SetupPlanRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    get_memory_workspace_api_v1_memory_backends_setup_workspace_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemoryWorkspaceRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    get_memory_backend_api_v1_memory_backends__id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemoryBackendRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    delete_memory_backend_api_v1_memory_backends__id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    update_memory_backend_api_v1_memory_backends__id__patch: {
        parameters: {
            query?: never;
            header?: {
                /** @description the `version` last read, as `"3"`; `*` for any */
                "if-match"?: string | null;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MemoryBackendUpdate"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemoryBackendRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    activate_memory_backend_api_v1_memory_backends__id__activate_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemoryBackendRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    deactivate_memory_backend_api_v1_memory_backends__id__deactivate_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemoryBackendRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    list_memory_indexes_api_v1_memory_backends__id__indexes_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_MemoryIndexRead_"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    get_memory_index_api_v1_memory_backends__id__indexes__name__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemoryIndexDetail"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    delete_memory_index_api_v1_memory_backends__id__indexes__name__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    empty_memory_index_api_v1_memory_backends__id__indexes__name__empty_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmptyMemoryIndex"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    plan_memory_setup_api_v1_memory_backends__id__setup_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SetupPlanRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    setup_memory_backend_api_v1_memory_backends__id__setup_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MemorySetup"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    verify_memory_backend_api_v1_memory_backends__id__verify_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemoryVerification"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    forget_memory_api_v1_memory_forget_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ForgetRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    get_memory_health_api_v1_memory_health_get: {
        parameters: {
            query?: {
                /** @description a saved crew's id, for all that it ever was, or the identity of one */
                crew_id?: string | null;
                unused_after_days?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemoryHealth"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    list_memory_migrations_api_v1_memory_migrations_get: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_JobRead_"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    start_memory_migration_api_v1_memory_migrations_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MigrationRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    get_memory_migration_api_v1_memory_migrations__id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    list_memory_records_api_v1_memory_records_get: {
        parameters: {
            query?: {
                type?: components["schemas"]["MemoryType"] | null;
                /** @description a saved crew's id, for all that it ever was, or the identity of one */
                crew_id?: string | null;
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_RecordRead_"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    create_memory_record_api_v1_memory_records_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecordCreate"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    clear_memory_api_v1_memory_records_delete: {
        parameters: {
            query: {
                /** @description a saved crew's id, for all that it ever was, or the identity of one */
                crew_id: string;
                type?: ("short_term" | "long_term" | "entity") | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemoryCleared"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    get_memory_record_api_v1_memory_records__type___id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                type: components["schemas"]["MemoryType"];
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    delete_memory_record_api_v1_memory_records__type___id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                type: components["schemas"]["MemoryType"];
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    update_memory_record_api_v1_memory_records__type___id__patch: {
        parameters: {
            query?: never;
            header?: {
                /** @description the `version` last read, as `"3"`; `*` for any */
                "if-match"?: string | null;
            };
            path: {
                type: components["schemas"]["MemoryType"];
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecordUpdate"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    list_memory_record_executions_api_v1_memory_records__type___id__executions_get: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path: {
                type: components["schemas"]["MemoryType"];
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_RecordUse_"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    search_memory_api_v1_memory_search_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MemorySearch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemorySearchResult"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    get_memory_stats_api_v1_memory_stats_get: {
        parameters: {
            query?: {
                /** @description a saved crew's id, for all that it ever was, or the identity of one */
                crew_id?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemoryStats"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    list_models_api_v1_models_get: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ModelConfigRead_"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    create_model_api_v1_models_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ModelConfigCreate"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelConfigRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    test_model_api_v1_models_test_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ModelTest"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    get_model_api_v1_models__id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelConfigRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    delete_model_api_v1_models__id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    update_model_api_v1_models__id__patch: {
        parameters: {
            query?: never;
            header?: {
                /** @description the `version` last read, as `"3"`; `*` for any */
                "if-match"?: string | null;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ModelConfigUpdate"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelConfigRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    list_output_schemas_api_v1_output_schemas_get: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_OutputSchemaRead_"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    create_output_schema_api_v1_output_schemas_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OutputSchemaCreate"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OutputSchemaRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    get_output_schema_api_v1_output_schemas__id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OutputSchemaRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    delete_output_schema_api_v1_output_schemas__id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    update_output_schema_api_v1_output_schemas__id__patch: {
        parameters: {
            query?: never;
            header?: {
                /** @description the `version` last read, as `"3"`; `*` for any */
                "if-match"?: string | null;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OutputSchemaUpdate"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OutputSchemaRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    list_schedules_api_v1_schedules_get: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ScheduleRead_"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    create_schedule_api_v1_schedules_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScheduleCreate"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    get_schedule_api_v1_schedules__id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    delete_schedule_api_v1_schedules__id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    update_schedule_api_v1_schedules__id__patch: {
        parameters: {
            query?: never;
            header?: {
                /** @description the `version` last read, as `"3"`; `*` for any */
                "if-match"?: string | null;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScheduleUpdate"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    list_schedule_firings_api_v1_schedules__id__firings_get: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_FiringRead_"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    pause_schedule_api_v1_schedules__id__pause_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    resume_schedule_api_v1_schedules__id__resume_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    run_schedule_now_api_v1_schedules__id__run_now_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExecutionStarted"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    create_session_api_v1_session_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    delete_session_api_v1_session_delete: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    list_tasks_api_v1_tasks_get: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_TaskRead_"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    create_task_api_v1_tasks_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskCreate"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    get_task_api_v1_tasks__id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    delete_task_api_v1_tasks__id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    update_task_api_v1_tasks__id__patch: {
        parameters: {
            query?: never;
            header?: {
                /** @description the `version` last read, as `"3"`; `*` for any */
                "if-match"?: string | null;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskUpdate"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    list_tools_api_v1_tools_get: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ToolRead_"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    get_tool_api_v1_tools__id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ToolRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    put_tool_api_v1_tools__id__put: {
        parameters: {
            query?: never;
            header?: {
                /** @description the `version` last read, as `"3"`; `*` for any */
                "if-match"?: string | null;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ToolPut"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ToolRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    update_tool_api_v1_tools__id__patch: {
        parameters: {
            query?: never;
            header?: {
                /** @description the `version` last read, as `"3"`; `*` for any */
                "if-match"?: string | null;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ToolUpdate"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ToolRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    list_triggers_api_v1_triggers_get: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_TriggerRead_"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    create_trigger_api_v1_triggers_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TriggerCreate"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TriggerCreated"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    get_trigger_api_v1_triggers__id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TriggerRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    delete_trigger_api_v1_triggers__id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    update_trigger_api_v1_triggers__id__patch: {
        parameters: {
            query?: never;
            header?: {
                /** @description the `version` last read, as `"3"`; `*` for any */
                "if-match"?: string | null;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TriggerUpdate"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TriggerRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    rotate_trigger_secret_api_v1_triggers__id__rotate_secret_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SecretRotation"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecretShown"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    list_webhooks_api_v1_webhooks_get: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_WebhookRead_"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    create_webhook_api_v1_webhooks_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookCreate"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookCreated"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    get_webhook_api_v1_webhooks__id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    delete_webhook_api_v1_webhooks__id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    update_webhook_api_v1_webhooks__id__patch: {
        parameters: {
            query?: never;
            header?: {
                /** @description the `version` last read, as `"3"`; `*` for any */
                "if-match"?: string | null;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookUpdate"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookRead"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    rotate_webhook_secret_api_v1_webhooks__id__rotate_secret_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SecretRotation"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecretShown"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    test_webhook_api_v1_webhooks__id__test_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookTest"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    live_health_live_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alive"];
                };
            };
        };
    };
    ready_health_ready_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
        };
    };
    call_trigger_hooks__id__post: {
        parameters: {
            query?: never;
            header?: {
                /** @description names the delivery: the same one twice starts one execution */
                "webhook-id"?: string;
                /** @description seconds since 1970; at most 5 minutes off */
                "webhook-timestamp"?: string;
                /** @description `v1,` and base64 of HMAC-SHA256 over `id.timestamp.body`; several, separated by spaces, where a secret changes */
                "webhook-signature"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        /** @description the payload, at most 256 kB; the mapping of the trigger picks inputs from it */
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TriggerAnswer"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                    "application/problem+json": unknown;
                };
            };
        };
    };
    read_metrics_metrics_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": unknown;
                    "text/plain": components["schemas"]["Problem"];
                };
            };
            /** @description Server Error */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": unknown;
                    "text/plain": components["schemas"]["Problem"];
                };
            };
        };
    };
}
