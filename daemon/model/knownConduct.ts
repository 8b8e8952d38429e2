/**
 * How the tools of known servers behave: what they change, whether they may be repeated, whether it can be undone. Data
 * only; sources are the servers' own code and READMEs. What a file was before decides whether overwriting it can be undone,
 * so that the catalog leaves that open.
 */
import { ASKS, type Conduct, changes, READS } from './conduct.ts';

type Tools = Readonly<Record<string, Conduct>>;

const all = (conduct: Conduct, ...names: string[]): Tools => Object.fromEntries(names.map((name) => [name, conduct]));

/** github.com/modelcontextprotocol/servers, src/filesystem: writes go to a new file that takes the old one's place. */
const FILESYSTEM: Tools = {
  ...all(
    READS,
    'read_file',
    'read_text_file',
    'read_media_file',
    'read_multiple_files',
    'list_directory',
    'list_directory_with_sizes',
    'directory_tree',
    'search_files',
    'get_file_info',
    'list_allowed_directories',
  ),
  write_file: changes(['file_modified'], 'same', 'unknown', 'path'),
  // The second time the old text is not there any more; where it is, it is another one.
  edit_file: { ...changes(['file_modified'], 'doubles', 'reversible', 'path'), dryRun: 'dryRun' },
  create_directory: changes(['directory_created'], 'same', 'reversible', 'path'),
  move_file: changes(['file_moved'], 'doubles', 'reversible', 'destination'),
};

/** src/git. */
const GIT: Tools = {
  ...all(READS, 'git_status', 'git_diff_unstaged', 'git_diff_staged', 'git_diff', 'git_log', 'git_show', 'git_branch'),
  git_add: changes(['repository_changed'], 'same', 'reversible', 'repo_path'),
  git_commit: changes(['repository_changed'], 'doubles', 'reversible', 'repo_path'),
  git_reset: changes(['repository_changed'], 'same', 'reversible', 'repo_path'),
  git_create_branch: changes(['repository_changed'], 'harmless', 'reversible', 'repo_path'),
  git_checkout: changes(['repository_changed'], 'same', 'reversible', 'repo_path'),
  git_init: changes(['repository_changed'], 'same', 'reversible', 'repo_path'),
};

/** src/memory: what is there already is left out, what is not there is not deleted. It keeps its graph in a file. */
const MEMORY: Tools = {
  ...all(READS, 'read_graph', 'search_nodes', 'open_nodes'),
  create_entities: changes(['record_created'], 'same', 'reversible'),
  create_relations: changes(['record_created'], 'same', 'reversible'),
  add_observations: changes(['record_modified'], 'same', 'reversible'),
  delete_entities: changes(['record_deleted'], 'same', 'permanent'),
  delete_observations: changes(['record_deleted'], 'same', 'permanent'),
  delete_relations: changes(['record_deleted'], 'same', 'permanent'),
};

const made = (reversibility: Conduct['reversibility']) =>
  changes(['api_call', 'record_created'], 'doubles', reversibility);
const altered = (reversibility: Conduct['reversibility']) =>
  changes(['api_call', 'record_modified'], 'same', reversibility);

/** github/github-mcp-server and its forerunner. What others were told of by mail cannot be taken back. */
const GITHUB: Tools = {
  create_issue: made('permanent'),
  issue_write: made('permanent'),
  add_issue_comment: made('permanent'),
  add_comment_to_pending_review: made('reversible'),
  create_pull_request: made('permanent'),
  create_pull_request_review: made('permanent'),
  pull_request_review_write: made('permanent'),
  create_and_submit_pull_request_review: made('permanent'),
  request_copilot_review: made('permanent'),
  create_repository: made('reversible'),
  fork_repository: changes(['api_call', 'record_created'], 'harmless', 'reversible'),
  create_branch: changes(['api_call', 'record_created'], 'harmless', 'reversible'),
  create_gist: made('reversible'),
  run_workflow: changes(['api_call', 'process_run'], 'doubles', 'permanent'),
  rerun_workflow_run: changes(['api_call', 'process_run'], 'doubles', 'permanent'),
  rerun_failed_jobs: changes(['api_call', 'process_run'], 'doubles', 'permanent'),
  cancel_workflow_run: altered('permanent'),
  // Each names the version that it replaces, so that a repetition is refused.
  create_or_update_file: changes(['api_call', 'record_modified'], 'harmless', 'reversible', 'path'),
  delete_file: changes(['api_call', 'record_deleted'], 'harmless', 'reversible', 'path'),
  push_files: changes(['api_call', 'record_modified'], 'doubles', 'reversible'),
  merge_pull_request: changes(['api_call', 'record_modified'], 'harmless', 'permanent'),
  update_issue: altered('reversible'),
  update_pull_request: altered('reversible'),
  update_pull_request_branch: altered('reversible'),
  update_gist: altered('reversible'),
  assign_copilot_to_issue: changes(['api_call', 'process_run'], 'doubles', 'permanent'),
  dismiss_notification: altered('reversible'),
  mark_all_notifications_read: altered('permanent'),
  star_repository: altered('reversible'),
  unstar_repository: altered('reversible'),
};

const acts = changes(['browser_action'], 'unknown', 'unknown', null, 'session_local');
const clicks = changes(['browser_action'], 'doubles', 'unknown', null, 'unknown');

/** microsoft/playwright-mcp: what is done to a page may be anything, and is seen by nobody but the page's own server. */
const PLAYWRIGHT: Tools = {
  ...all(
    READS,
    'browser_snapshot',
    'browser_console_messages',
    'browser_network_requests',
    'browser_network_request',
    'browser_wait_for',
    'browser_find',
  ),
  browser_navigate: changes(['api_call', 'browser_action'], 'same', 'no_effect', 'url', 'session_local'),
  browser_navigate_back: acts,
  browser_tabs: acts,
  browser_resize: acts,
  browser_hover: acts,
  browser_close: changes(['browser_action'], 'same', 'no_effect', null, 'session_local'),
  browser_install: changes(['process_run'], 'same', 'reversible'),
  browser_click: clicks,
  browser_type: clicks,
  browser_press_key: clicks,
  browser_drag: clicks,
  browser_drop: clicks,
  browser_select_option: clicks,
  browser_fill_form: clicks,
  browser_handle_dialog: clicks,
  browser_file_upload: clicks,
  browser_evaluate: clicks,
  browser_run_code: clicks,
  browser_run_code_unsafe: clicks,
  browser_take_screenshot: changes(['file_created'], 'same', 'reversible', 'filename'),
  browser_pdf_save: changes(['file_created'], 'same', 'reversible', 'filename'),
};

const DESKTOP_COMMANDER: Tools = {
  start_process: changes(['process_run'], 'doubles', 'unknown', 'command', 'unknown'),
  interact_with_process: changes(['process_run'], 'doubles', 'unknown', null, 'session_local'),
  force_terminate: changes(['process_run'], 'harmless', 'permanent'),
  kill_process: changes(['process_run'], 'harmless', 'permanent'),
  edit_block: changes(['file_modified'], 'doubles', 'reversible', 'file_path'),
  write_file: changes(['file_modified'], 'unknown', 'unknown', 'path'),
  create_directory: changes(['directory_created'], 'same', 'reversible', 'path'),
  move_file: changes(['file_moved'], 'doubles', 'reversible', 'destination'),
};

const SLACK: Tools = {
  slack_post_message: changes(['api_call', 'message_sent'], 'doubles', 'permanent', 'channel_id'),
  slack_reply_to_thread: changes(['api_call', 'message_sent'], 'doubles', 'permanent', 'channel_id'),
  slack_add_reaction: changes(['api_call', 'record_created'], 'harmless', 'reversible', 'channel_id'),
};

/** By the catalog's ids (knownServers.ts). */
const SERVERS: Readonly<Record<string, Tools>> = {
  filesystem: FILESYSTEM,
  git: GIT,
  memory: MEMORY,
  fetch: { fetch: { ...ASKS, target: 'url' } },
  github: GITHUB,
  playwright: PLAYWRIGHT,
  'desktop-commander': DESKTOP_COMMANDER,
  slack: SLACK,
  sqlite: {
    ...all(READS, 'read_query', 'list_tables', 'describe_table'),
    write_query: changes(['record_modified'], 'doubles', 'unknown'),
    create_table: changes(['record_created'], 'harmless', 'reversible'),
    append_insight: changes(['record_created'], 'doubles', 'unknown', null, 'session_local'),
  },
};

/** On GitHub what is not listed above only asks. */
const ONLY_ASKS: Readonly<Record<string, RegExp>> = {
  github: /^(?:get|list|search|download|issue_read|pull_request_read|actions_get|actions_list)/,
  slack: /^slack_(?:get|list)/,
};

/** Null where the catalog does not say. @param server the catalog's id */
export function knownConduct(server: string, tool: string): Conduct | null {
  const tools = SERVERS[server];
  if (tools && Object.hasOwn(tools, tool)) return tools[tool] ?? null;
  return ONLY_ASKS[server]?.test(tool) ? ASKS : null;
}
