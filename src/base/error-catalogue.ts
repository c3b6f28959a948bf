/**
 * The one catalogue of what can go wrong. A code is stable: it stands in logs, metrics, HTTP answers and docs, and can be
 * searched for. `retryable` says whether the same request may succeed elsewhere or later; `advice` says what a person can do.
 */
export const ERROR_CATALOGUE = {
  SETTINGS_INVALID: {
    retryable: false,
    advice: 'Correct the settings named above; .env.example lists them all.',
  },
  BOT_PROFILE_INVALID: {
    retryable: false,
    advice: 'Correct the profile named above; config/bots/default.yaml is an example.',
  },
  TENANTS_INVALID: {
    retryable: false,
    advice: 'Correct the tenants named above; docs/tenants.md shows how one is written.',
  },
  BOT_PROFILE_UNKNOWN: {
    retryable: false,
    advice: 'Put NAME.yaml into BOTS_DIR or name another bot in the dialplan.',
  },

  ARI_UNREACHABLE: { retryable: true, advice: 'Is Asterisk up, its HTTP server enabled, and ARI_URL right?' },
  ARI_REFUSED: { retryable: false, advice: 'Compare ARI_USERNAME and ARI_PASSWORD with ari.conf.' },
  ARI_TIMEOUT: {
    retryable: true,
    advice: 'Asterisk did not answer in time: look at its load and its console.',
  },
  ARI_LISTEN_UNUSABLE: {
    retryable: false,
    advice: 'Set ARI_LISTEN to an address of this machine and a free port, such as 0.0.0.0:8089.',
  },
  ARI_GONE: {
    retryable: false,
    advice: 'The channel, playback or recording has ended: ordinary when somebody hangs up.',
  },
  ARI_CONFLICT: {
    retryable: false,
    advice: 'The name is in use or the state does not allow it: ordinary in a hangup race.',
  },
  ARI_NOT_IN_STASIS: {
    retryable: false,
    advice: 'The channel has left Stasis: ordinary when somebody hangs up.',
  },
  ARI_FAILED: {
    retryable: false,
    advice: "Asterisk refused the request: its message is quoted; see Asterisk's console.",
  },
  TRANSFER_UNANSWERED: {
    retryable: true,
    advice: 'Nobody has answered where the caller was to be put through: call there yourself.',
  },
  TWILIO_UNAUTHORIZED: {
    retryable: false,
    advice: 'Twilio refused the credentials: check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.',
  },
  TWILIO_CALL_GONE: {
    retryable: false,
    advice: 'Twilio knows no such call, or no such account: ordinary when somebody hangs up.',
  },
  TWILIO_REJECTED: {
    retryable: false,
    advice: "Twilio refused the request: its error number is explained in Twilio's documents.",
  },
  TWILIO_UNAVAILABLE: {
    retryable: true,
    advice: 'Twilio is down, unreachable or asked too often: check TWILIO_API_URL and its status page.',
  },
  TWILIO_TIMEOUT: { retryable: true, advice: 'Twilio did not answer in time.' },
  TWILIO_SIGNATURE_WRONG: {
    retryable: false,
    advice:
      'Compare TWILIO_AUTH_TOKEN (the primary one), and PUBLIC_URL, DOMAIN_NAME or WS_URL with the address that Twilio is told.',
  },
  TWILIO_STREAM_INVALID: {
    retryable: false,
    advice: 'Is it Twilio that speaks there, and a Media Stream of both directions?',
  },
  TWILIO_LANGUAGE_UNSPOKEN: {
    retryable: false,
    advice:
      'Twilio has no voice for the language: let the number ask /voice-stream, where Parley speaks itself.',
  },
  LINE_ENDED: { retryable: false, advice: 'The call is over: ordinary.' },
  MEDIA_MODE_UNAVAILABLE: {
    retryable: false,
    advice:
      'Set MEDIA_MODE to file or auto, or use an Asterisk with chan_websocket: 20.18, 22.8, 23.2 or later.',
  },
  MEDIA_DIR_UNUSABLE: {
    retryable: false,
    advice: 'MEDIA_DIR must be writable by Parley and readable by Asterisk, same path.',
  },
  DATA_DIR_UNUSABLE: {
    retryable: false,
    advice: 'DATA_DIR must be writable by Parley: give it to its user, or name another place.',
  },
  AUDIO_INVALID: {
    retryable: false,
    advice: 'Expected 16-bit mono PCM at 8, 16, 22.05, 24, 44.1 or 48 kHz; a file as WAV.',
  },

  CREDENTIALS_INVALID: {
    retryable: false,
    advice: 'Check YANDEX_API_KEY, YANDEX_IAM_TOKEN or YANDEX_SERVICE_ACCOUNT_KEY_FILE.',
  },
  CREDENTIALS_UNAVAILABLE: {
    retryable: true,
    advice: 'The token service did not answer: is YANDEX_IAM_URL reachable?',
  },

  ASR_UNAUTHORIZED: {
    retryable: false,
    advice: 'The recognizer refused the credentials: check the key, its rights (roles) and YANDEX_FOLDER_ID.',
  },
  ASR_REJECTED: {
    retryable: false,
    advice: 'The recognizer refused the request: check the folder and the language.',
  },
  ASR_UNAVAILABLE: {
    retryable: true,
    advice:
      'The recognizer is down or unreachable: check its address: YANDEX_STT_GRPC_URL, YANDEX_STT_HTTP_URL, GOOGLE_STT_GRPC_URL, OPENAI_SPEECH_BASE_URL.',
  },
  ASR_QUOTA: { retryable: true, advice: 'The recognition quota is used up: ask the provider for more.' },
  ASR_TIMEOUT: {
    retryable: true,
    advice:
      'The recognizer did not answer in time: check its address: YANDEX_STT_GRPC_URL, YANDEX_STT_HTTP_URL, GOOGLE_STT_GRPC_URL, OPENAI_SPEECH_BASE_URL.',
  },
  ASR_BAD_ANSWER: { retryable: true, advice: 'The recognizer answered something that is not its protocol.' },
  ASR_BREAKER_OPEN: {
    retryable: true,
    advice: 'This recognizer failed often and rests; another one is asked meanwhile.',
  },

  LLM_UNAUTHORIZED: {
    retryable: false,
    advice: 'The model refused the key, or what it may do: check OPENAI_API_KEY and OPENAI_BASE_URL.',
  },
  LLM_REJECTED: {
    retryable: false,
    advice: 'The model refused the request: check OPENAI_MODEL and the prompt.',
  },
  LLM_UNAVAILABLE: { retryable: true, advice: 'The model is down or unreachable: check OPENAI_BASE_URL.' },
  LLM_QUOTA: { retryable: true, advice: "The model's quota is used up or its rate is limited." },
  LLM_TIMEOUT: { retryable: true, advice: 'The model did not answer in time.' },
  LLM_BAD_ANSWER: {
    retryable: true,
    advice: 'The model answered something that is not its protocol, or nothing at all.',
  },

  TTS_UNAUTHORIZED: {
    retryable: false,
    advice:
      'The synthesizer refused the credentials: check the key, its rights (roles) and YANDEX_FOLDER_ID.',
  },
  TTS_REJECTED: {
    retryable: false,
    advice: 'The synthesizer refused the request: check the voice, the role and the text.',
  },
  TTS_UNAVAILABLE: {
    retryable: true,
    advice:
      'The synthesizer is down or unreachable: check its address: YANDEX_TTS_GRPC_URL, YANDEX_TTS_HTTP_URL, GOOGLE_TTS_GRPC_URL, OPENAI_SPEECH_BASE_URL.',
  },
  TTS_QUOTA: { retryable: true, advice: 'The synthesis quota is used up: ask the provider for more.' },
  TTS_TIMEOUT: {
    retryable: true,
    advice:
      'The synthesizer sent no audio in time: check its address: YANDEX_TTS_GRPC_URL, YANDEX_TTS_HTTP_URL, GOOGLE_TTS_GRPC_URL, OPENAI_SPEECH_BASE_URL.',
  },
  TTS_BAD_ANSWER: {
    retryable: true,
    advice: 'The synthesizer answered something that is not its protocol, or no audio.',
  },
  TTS_BREAKER_OPEN: {
    retryable: true,
    advice: 'This synthesizer failed often and rests; another one is asked meanwhile.',
  },

  KNOWLEDGE_UNAVAILABLE: {
    retryable: true,
    advice: 'Documents cannot be searched now; calls go on without them. The log lines around it say why.',
  },
  KNOWLEDGE_NOT_NAMED: {
    retryable: false,
    advice: 'Name a folder of documents in the profile: context.knowledge.dir; see docs/knowledge.md.',
  },
  KNOWLEDGE_INDEX_UNUSABLE: {
    retryable: true,
    advice: 'The index under DATA_DIR/knowledge is made anew by itself; is the disk full or not writable?',
  },
  KNOWLEDGE_EMBEDDINGS_FAILED: {
    retryable: true,
    advice: 'Check context.knowledge.embeddings of the profile; until then documents are found by words.',
  },
  KNOWLEDGE_FILE_UNREADABLE: { retryable: true, advice: 'Let Parley read the file, or take it away.' },
  KNOWLEDGE_FILE_OUTSIDE: { retryable: false, advice: 'Put the file itself into the folder.' },
  KNOWLEDGE_FILE_UNKNOWN: { retryable: false, advice: 'Save it as Markdown, text, HTML or PDF.' },
  KNOWLEDGE_FILE_TOO_LARGE: { retryable: false, advice: 'Divide it, or leave its pictures out.' },
  KNOWLEDGE_FILE_NOT_TEXT: { retryable: false, advice: 'Save it as UTF-8 text.' },
  KNOWLEDGE_FILE_BROKEN: {
    retryable: false,
    advice: 'Save it again, without a password, or as text.',
  },
  KNOWLEDGE_FILE_EMPTY: {
    retryable: false,
    advice: 'A scanned page has no text: have it recognised first, or write it down.',
  },
  MCP_TOO_MANY_TOOLS: {
    retryable: false,
    advice: 'Name those that the bot needs in `only` of this MCP server.',
  },
  KNOWLEDGE_TOO_MUCH: { retryable: false, advice: 'Keep only what callers may ask about in the folder.' },
  CALLER_LOOKUP_FAILED: {
    retryable: true,
    advice: 'Check context.caller of the profile and the server that it names; the call goes on without it.',
  },

  TURN_TIMEOUT: {
    retryable: true,
    advice: 'Recognition, model or synthesis hung: the turn line in the log says which and how long.',
  },

  DIAL_FAILED: {
    retryable: true,
    advice:
      "A status is the PBX's own answer: look at its dialplan and its console; to 401, 403 and 407 say who calls (--user, --password). At 503, or without one, is the host right, and UDP let through?",
  },
  DIAL_NO_CODEC: {
    retryable: false,
    advice: 'Allow G.711 there (ulaw or alaw), or try the other one with --codec.',
  },
  DIAL_UNANSWERED: {
    retryable: true,
    advice:
      'Listen to the call: parley dial --record keeps it. If the bot speaks first, in turn and above -45 dBFS, it is at fault.',
  },
  DIAL_INTERRUPTED: { retryable: true, advice: 'Somebody has stopped the calls: ordinary.' },
  DIAL_TARGET_INVALID: { retryable: false, advice: 'Name it as sip:EXTENSION@HOST[:PORT].' },
  DIAL_EXPECTATION_INVALID: {
    retryable: false,
    advice: 'Write [MEASURE.](pNN|max|mean)(<|<=)NUMBER(ms|s), or % for loss.',
  },
  DIAL_OPTION_INVALID: {
    retryable: false,
    advice: 'parley dial --help, or parley certify --help, tells what each option takes.',
  },

  BUNDLE_UNREADABLE: {
    retryable: false,
    advice: 'Name a recorded call: a directory with a call.json in it, or a file NAME.parley.zip.',
  },
  BUNDLE_INVALID: {
    retryable: false,
    advice: 'It is damaged or was changed by hand: take it from where it was recorded again.',
  },
  BUNDLE_NEWER: { retryable: false, advice: 'A newer Parley has recorded it: read it with that one.' },
  FILE_UNREADABLE: {
    retryable: false,
    advice: 'Name a file that is there and that you may read, or a directory of them.',
  },
  FILE_UNWRITABLE: {
    retryable: false,
    advice: 'Name a file in a directory that you may write to, with -o or --html.',
  },
  EXPECTATIONS_INVALID: {
    retryable: false,
    advice: 'docs/recorded-calls.md shows what can be expected of a call.',
  },
  CALLERS_INVALID: {
    retryable: false,
    advice: 'Correct the callers named above; docs/rehearsal.md shows how one is written.',
  },
  CHECKOUT_UNUSABLE: {
    retryable: false,
    advice:
      'Name a profile (NAME.yaml), a directory with a Parley that is built or can be, or a commit or branch.',
  },
  GATE_INTERRUPTED: { retryable: true, advice: 'Somebody has stopped it: ordinary.' },
  REPLAY_NO_ANSWER: {
    retryable: false,
    advice: 'What was recorded holds no answer to that.',
  },

  HTTP_ADDRESS_UNUSABLE: {
    retryable: false,
    advice: 'Set HTTP_PORT to a free port (0 takes any), and HTTP_HOST to an address of this machine.',
  },
  HISTORY_UNAVAILABLE: {
    retryable: true,
    advice:
      'DATA_DIR/history.sqlite cannot be used now: is the disk full, the file locked by another program, or not writable? It is tried again.',
  },
  HISTORY_CORRUPT: {
    retryable: false,
    advice:
      'The damaged file was put aside beside the new one; "sqlite3 FILE .recover" saves what can be saved.',
  },
  HISTORY_NEWER: {
    retryable: false,
    advice: 'A newer Parley has written it: start that one, or move the file away.',
  },
  HISTORY_UNKNOWN: { retryable: false, advice: 'It was never kept, or HISTORY_KEEP_DAYS has passed.' },
  HISTORY_OFF: { retryable: false, advice: 'Set HISTORY_KEEP_DAYS to more than 0 to keep ended calls.' },
  HISTORY_PRIVATE: {
    retryable: false,
    advice: 'Words and sound are only shown, kept and searched where LOG_TRANSCRIPTS is true.',
  },
  HISTORY_UNRECORDED: {
    retryable: false,
    advice: 'RECORD_CALLS says which calls are recorded, RECORD_KEEP_DAYS for how long.',
  },

  RESULT_UNKNOWN: {
    retryable: false,
    advice:
      'GET /api/results lists those that are on their way; one that was delivered is in the history alone.',
  },
  RESULTS_UNREACHABLE: {
    retryable: true,
    advice: 'Is Parley running here, with the same HTTP_PORT and HTTP_TOKEN?',
  },

  TELEPHONE_AWAY: {
    retryable: true,
    advice: 'Nothing can be dialled now: is the telephone system up, and its settings right?',
  },
  TELEPHONE_UNKNOWN: {
    retryable: false,
    advice: 'Name a telephone that can call (GET /api/state lists them), or none.',
  },
  NUMBER_INVALID: {
    retryable: false,
    advice: 'Write it with its country code, such as +74951234567, or as an extension of 2 to 6 digits.',
  },
  CALL_NOT_PLACED: {
    retryable: true,
    advice: 'There is no room for one call more now, as for a caller: see `refusal` of GET /api/state.',
  },
  CALL_ORDER_CONFLICT: {
    retryable: false,
    advice: 'Take a new idempotency key for another call; the same key asks for the same call again.',
  },
  SERVICE_UNREACHABLE: {
    retryable: true,
    advice: 'Is Parley running here, with the same HTTP_PORT and HTTP_TOKEN?',
  },
  CALL_ORDER_UNKEPT: {
    retryable: true,
    advice: 'DATA_DIR/outbound cannot be written: is the disk full? Nobody was called.',
  },
  CAMPAIGN_INVALID: {
    retryable: false,
    advice: 'Correct the campaign named above; docs/campaigns.md shows how one is written.',
  },
  LEADS_INVALID: {
    retryable: false,
    advice: 'Correct the list of leads; docs/campaigns.md shows how one is written.',
  },
  CAMPAIGN_EXISTS: {
    retryable: false,
    advice: 'Give the campaign another name: what was called under this one stays known.',
  },
  CAMPAIGN_UNKNOWN: { retryable: false, advice: '`parley campaign status` lists those that there are.' },
  CAMPAIGN_STATE: {
    retryable: false,
    advice: 'Look at its state: one that is finished or cancelled stays so.',
  },
  CAMPAIGNS_UNAVAILABLE: {
    retryable: true,
    advice:
      'DATA_DIR/campaigns.sqlite cannot be used now: is the disk full, the file damaged or not writable, or does another Parley use it?',
  },
  CAMPAIGNS_UNREACHABLE: {
    retryable: true,
    advice: 'Is Parley running here, with the same HTTP_PORT and HTTP_TOKEN?',
  },

  DAEMON_UNKNOWN: { retryable: false, advice: '`parley fleet` lists the daemons that there are.' },
  FLEET_AWAY: {
    retryable: true,
    advice: 'The Redis of REDIS_URL does not answer; calls go on. A daemon drains by SIGTERM as well.',
  },

  CONVERSATION_UNKNOWN: {
    retryable: false,
    advice: 'It has ended, or nobody wrote for ten minutes: begin a new one, without its id.',
  },
  CONVERSATION_BUSY: {
    retryable: true,
    advice: 'Read the answer that is under way to its end first: the event `end` says when the bot waits.',
  },
  CONVERSATIONS_FULL: {
    retryable: true,
    advice:
      'End one by POST /api/calls/ID/hangup, or wait: one in which nobody writes ends after ten minutes.',
  },
  CALL_REFUSED: {
    retryable: true,
    advice:
      'GET /api/service says what keeps calls from being taken; a bot with hours takes none outside of them.',
  },

  HTTP_UNAUTHORIZED: {
    retryable: false,
    advice: 'Show HTTP_TOKEN in the header: Authorization: Bearer …',
  },
  HTTP_FORBIDDEN: {
    retryable: false,
    advice: 'Without HTTP_TOKEN only this machine is served, by a loopback name and from its own pages.',
  },
  HTTP_NOT_FOUND: { retryable: false, advice: '/docs lists what there is.' },
  HTTP_INVALID: { retryable: false, advice: '/docs says what is expected.' },
  HTTP_TOO_LARGE: { retryable: false, advice: 'No request needs so much.' },
  HTTP_WRONG_TYPE: {
    retryable: false,
    advice: 'Send JSON with content-type: application/json; at least {}.',
  },
  HTTP_TOO_MANY: { retryable: true, advice: 'Ask less often; /api/events tells all news by itself.' },
  CALL_UNKNOWN: { retryable: false, advice: 'Only live calls and the last ones that ended are known.' },
  TRANSFER_NOWHERE: {
    retryable: false,
    advice:
      'Name a place of the dialplan, or a target of TRANSFER_TARGETS: `dialplan show CONTEXT` in Asterisk lists what there is.',
  },
  TRANSFER_KIND_WRONG: {
    retryable: false,
    advice:
      'A caller over Twilio goes to a number or a SIP address, one over Asterisk to a place of the dialplan or a SIP address: name such a target.',
  },
  CALL_OVER: { retryable: false, advice: 'The call has ended, or is about to.' },

  SPEECH_WORKER_LOST: {
    retryable: true,
    advice: 'What it has written before says why; with --workers 1 it is told here.',
  },
  SPEECH_UNREACHABLE: {
    retryable: true,
    advice: 'Is `parley speech` running, at the address of --url?',
  },
  SPEECH_KEYS_UNUSABLE: {
    retryable: false,
    advice:
      'SPEECH_API_KEYS_FILE must be writable by `parley keys`, which makes it, and readable by `parley speech`.',
  },
  STORAGE_UNAVAILABLE: {
    retryable: true,
    advice: 'Is the service behind STORAGE_URL and MINIO_ENDPOINT up, and is the directory still there?',
  },
  STORAGE_FULL: {
    retryable: true,
    advice: 'Make room where STORAGE_URL points, or set STORAGE_KEEP_DAYS lower.',
  },
  STORAGE_REFUSED: {
    retryable: false,
    advice:
      'Correct STORAGE_URL, MINIO_ACCESS_KEY and MINIO_SECRET_KEY: the bucket must be there, and this service must be allowed to write.',
  },
  VALIDATION_ERROR: { retryable: false, advice: 'docs/speech-api.md shows what each request takes.' },
  TEXT_TOO_LONG: {
    retryable: false,
    advice: 'Divide the text at the end of a sentence, and ask for each part.',
  },
  AUDIO_TOO_LARGE: { retryable: false, advice: 'Divide the recording, or send it compressed.' },
  UNSUPPORTED_FORMAT: {
    retryable: false,
    advice: 'Use wav, mp3 or pcm; where ffmpeg is installed, other formats are taken and made as well.',
  },
  UNSUPPORTED_ENCODING: {
    retryable: false,
    advice: 'Send the body as it is, without the header Content-Encoding.',
  },
  AUDIO_PROCESSING_ERROR: {
    retryable: false,
    advice: 'The recording is damaged, or not what it says it is.',
  },
  AUTHENTICATION_ERROR: {
    retryable: false,
    advice: 'Show a key of `parley keys add` in the header: Authorization: Bearer …',
  },
  PERMISSION_DENIED: {
    retryable: false,
    advice: 'The key has no right to that: `parley keys add --scopes` gives one that has.',
  },
  SIGNATURE_INVALID: {
    retryable: false,
    advice: 'Sign as docs/speech-api.md shows, with SPEECH_SIGNATURE_SECRET and a clock that is right.',
  },
  RATE_LIMIT_EXCEEDED: { retryable: true, advice: 'Ask again after `retry_after` seconds.' },
  SERVICE_BUSY: {
    retryable: true,
    advice: 'The service does as much as it may at once: ask again soon.',
  },
  REQUEST_TOO_SLOW: {
    retryable: true,
    advice: 'Send the request in one go: what hardly comes on holds the place of others.',
  },
  CONTENT_REJECTED: {
    retryable: false,
    advice: 'What the operator of this service has set up to look at texts or recordings refuses this one.',
  },
  GUARD_UNAVAILABLE: {
    retryable: true,
    advice:
      'What is to look at texts or recordings does not answer; nothing is done unseen here. The operator looks at SPEECH_MODERATION_URL and SPEECH_ANTIVIRUS_URL.',
  },
  RESOURCE_NOT_FOUND: { retryable: false, advice: 'docs/speech-api.md lists what there is.' },
  LANGUAGE_NOT_SUPPORTED: {
    retryable: false,
    advice: 'GET /v1/languages lists what each provider speaks and hears.',
  },
  PROVIDER_NOT_FOUND: { retryable: false, advice: 'GET /v1/health lists the providers.' },
  PROVIDER_NOT_AVAILABLE: {
    retryable: true,
    advice: 'No provider that is set up can do that now: GET /v1/health and /v1/languages say what each can.',
  },
  PROVIDER_ERROR: { retryable: true, advice: 'The provider has failed: its own code is in `details`.' },
  VOICE_TIMEOUT: {
    retryable: true,
    advice: 'The provider did not answer in time: ask again, or for another one.',
  },
  VOICE_CONFIG_ERROR: {
    retryable: false,
    advice: 'A provider refuses its credentials: the operator must correct the settings of this service.',
  },
  VOICE_SERVICE_ERROR: {
    retryable: false,
    advice: 'A fault of Parley itself: please report it with the log lines around it.',
  },

  INTERNAL: {
    retryable: false,
    advice: 'A fault of Parley itself: please report it with the log lines around it.',
  },
} as const satisfies Record<string, { retryable: boolean; advice: string }>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;
