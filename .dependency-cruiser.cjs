/** The import rules of the house: base and audio at the bottom, main and cli at the top. */
const rooms = 'speech|llm|telephony';
/** What a call, a recording and a report know of these rooms: the interfaces that lie at their doors, and what divides text into chunks. */
const inside =
  '^src/(speech/[^/]+|telephony|llm)/(?!chunking/)[^/]+/|^src/speech/(?!recognition|synthesis)|^src/vad/';
module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'base-knows-nobody',
      severity: 'error',
      from: { path: '^src/base' },
      to: { path: '^src/(?!base)' },
    },
    {
      name: 'audio-knows-only-base',
      severity: 'error',
      from: { path: '^src/audio' },
      to: { path: '^src/(?!audio|base)' },
    },
    {
      name: 'the-timeline-knows-only-base',
      severity: 'error',
      from: { path: '^src/timeline' },
      to: { path: '^src/(?!timeline|base)' },
    },
    {
      name: 'languages-know-nobody',
      severity: 'error',
      from: { path: '^src/languages' },
      to: { path: '^src/(?!languages|base)' },
    },
    {
      name: 'endpointing-knows-only-languages',
      severity: 'error',
      from: { path: '^src/endpointing' },
      to: { path: '^src/(?!endpointing|languages|base)' },
    },
    {
      name: 'the-ear-hears-sound-and-reads-the-timeline',
      severity: 'error',
      // Of a telephone it knows what a line hands on; what it says of one call must not hang on how the call was made.
      from: { path: '^src/ear/', pathNot: '\\.test\\.ts$|/testing/' },
      to: { path: '^src/(?!ear|telephony/line|timeline|audio|base)' },
    },
    {
      name: 'voice-activity-knows-only-audio',
      severity: 'error',
      from: { path: '^src/vad' },
      to: { path: '^src/(?!vad|audio|base)' },
    },
    {
      name: 'rooms-know-nothing-of-each-other',
      severity: 'error',
      // The stand-ins have a rule of their own below: tests may use them.
      from: { path: `^src/(${rooms})/` },
      to: { path: '^src/', pathNot: '^src/($1|audio|base|languages|vad|lab)/' },
    },
    {
      name: 'telephones-know-nothing-of-each-other',
      severity: 'error',
      from: { path: '^src/telephony/(asterisk|twilio|browser|text)/' },
      to: { path: '^src/telephony/(asterisk|twilio|browser|text)/', pathNot: '^src/telephony/$1/' },
    },
    {
      name: 'context-knows-no-call',
      severity: 'error',
      // A lookup over HTTP is written and made like a tool's request.
      from: { path: '^src/context/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/(?!context|tools|config|languages|base)' },
    },
    {
      name: 'tools-know-no-call',
      severity: 'error',
      // A tool is told what it may know of a call, and says what the call is to do.
      from: { path: '^src/tools/' },
      to: { path: '^src/(?!tools|config|base)' },
    },
    {
      name: 'vendors-know-nothing-of-each-other',
      severity: 'error',
      from: { path: '^src/speech/(?!recognition|synthesis|selection)([^/]+)/' },
      to: { path: '^src/speech/(?!recognition|synthesis|grpc)', pathNot: '^src/speech/$1/' },
    },
    {
      name: 'speech-knows-no-vendor',
      severity: 'error',
      from: { path: '^src/speech/(recognition|synthesis|selection)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/speech/(?!recognition|synthesis|selection)' },
    },
    {
      name: 'tenants-are-told-by-names-and-numbers',
      severity: 'error',
      // What is theirs, every room keeps for itself; here stands only whose a number, a bot or a token is, and how much they may use.
      from: { path: '^src/tenants/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/(?!tenants|config/(yaml-faults|nearest-name)|base)' },
    },
    {
      name: 'storage-knows-only-base',
      severity: 'error',
      from: { path: '^src/storage/' },
      to: { path: '^src/(?!storage|base)' },
    },
    {
      name: 'the-speech-api-knows-no-vendor-and-no-call',
      severity: 'error',
      from: { path: '^src/speech-api/', pathNot: '\\.test\\.ts$' },
      to: {
        path: '^src/(?!speech-api|speech/(recognition|synthesis|selection|cache)/|storage|tenants|languages|audio|base)',
      },
    },
    {
      name: 'a-call-knows-interfaces-not-providers',
      severity: 'error',
      from: { path: '^src/call/', pathNot: '\\.test\\.ts$|/testing/' },
      to: { path: `${inside}|^src/(ops|cli|service|lab|main)` },
    },
    {
      name: 'a-flow-is-decided-by-words-alone',
      severity: 'error',
      from: { path: '^src/call/flow/', pathNot: '\\.test\\.ts$|/testing/' },
      to: { path: '^src/(?!call/flow|config/(flow-|placeholders)|languages|tools/tool\\.ts|base)' },
    },
    {
      name: 'who-answers-is-told-from-sound-and-words',
      severity: 'error',
      from: { path: '^src/outbound/answerer/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/(?!outbound/(answerer/|call-out\\.ts)|audio|vad|languages|base)' },
    },
    {
      name: 'a-recording-knows-interfaces-not-providers',
      severity: 'error',
      from: { path: '^src/recordings/', pathNot: '\\.test\\.ts$' },
      to: { path: `${inside}|^src/(ops|cli|service|lab|main)` },
    },
    {
      name: 'a-rehearsal-knows-interfaces-not-providers',
      severity: 'error',
      // The tools that it plays are made as those of a call are, and it is shown as a recorded call is.
      from: { path: '^src/rehearsal/', pathNot: '\\.test\\.ts$|/testing/' },
      to: { path: `${inside}|^src/(ops|http|history|alerts|cli|service|lab|main)` },
    },
    {
      name: 'only-the-command-rehearses',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(rehearsal|cli)/' },
      to: { path: '^src/rehearsal/' },
    },
    {
      name: 'a-trace-is-made-of-the-timeline',
      severity: 'error',
      from: { path: '^src/tracing/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/(?!tracing|timeline|base)' },
    },
    {
      name: 'only-otlp-knows-opentelemetry',
      severity: 'error',
      // It is loaded where a collector is named, and nowhere else.
      from: { pathNot: '^src/tracing/otlp\\.ts$' },
      to: { path: '@opentelemetry/' },
    },
    {
      name: 'only-the-service-traces',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(tracing|service)/' },
      to: { path: '^src/tracing/' },
    },
    {
      name: 'only-ari-knows-ari-client',
      severity: 'error',
      from: { pathNot: '^src/telephony/asterisk/ari/ari(\\.ts|-client\\.test\\.ts)$' },
      to: { path: 'node_modules/ari-client' },
    },
    {
      name: 'nobody-calls-ops-to-do-work',
      severity: 'error',
      from: { path: `^src/(base|audio|timeline|languages|endpointing|vad|call|survival|${rooms}|lab)/` },
      to: { path: '^src/(ops|http)/' },
    },
    {
      name: 'only-main-and-commands-build-a-service',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(service|main|cli)' },
      to: { path: '^src/service/' },
    },
    {
      name: 'only-main-opens-http',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: '^src/(http|service)/|\\.test\\.ts$' },
      to: { path: '^src/http/' },
    },
    {
      name: 'the-service-does-not-know-its-stand-ins',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(lab|cli)/|\\.test\\.ts$' },
      to: { path: '^src/lab/' },
    },
    {
      name: 'the-certifier-knows-a-bot-by-its-sound',
      severity: 'error',
      from: { path: '^src/lab/certify/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/(?!lab/(certify|probe|phone)/|ear|audio|base)' },
    },
    {
      name: 'the-probe-knows-only-the-phone',
      severity: 'error',
      from: { path: '^src/lab/probe/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/(?!lab/(probe|phone)/|audio|base)' },
    },
    {
      name: 'a-local-asterisk-knows-only-base',
      severity: 'error',
      from: { path: '^src/lab/local-asterisk' },
      to: { path: '^src/(?!lab/local-asterisk|base)' },
    },
    {
      name: 'a-report-knows-calls-and-recordings',
      severity: 'error',
      from: { path: '^src/recordings/report', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/(?!recordings|timeline|call|audio|base)' },
    },
    {
      name: 'the-history-knows-ended-calls-and-reports',
      severity: 'error',
      from: { path: '^src/history/', pathNot: '\\.test\\.ts$' },
      to: {
        path: '^src/(?!history|recordings/(bundle|report)|ops|ear/ear-report|timeline|telephony/line|audio|base)',
      },
    },
    {
      name: 'results-know-ended-calls-and-the-model',
      severity: 'error',
      from: { path: '^src/results/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/(?!results|llm/(chat|retry-after)\\.ts|ops/mask|timeline|base)' },
    },
    {
      name: 'who-calls-knows-telephones-by-their-door',
      severity: 'error',
      from: { path: '^src/outbound/[^/]+$', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/(?!outbound/[^/]+$|telephony/[^/]+$|base)' },
    },
    {
      name: 'a-campaign-knows-how-to-call-and-not-by-what',
      severity: 'error',
      from: { path: '^src/outbound/campaigns/', pathNot: '\\.test\\.ts$' },
      to: {
        path: '^src/(?!outbound/(campaigns/|(call-out|callable-number)\\.ts)|config/(working-hours|yaml-)|base)',
      },
    },
    {
      name: 'a-fleet-knows-what-is-kept-and-no-telephone',
      severity: 'error',
      from: { path: '^src/fleet/', pathNot: '(\\.test\\.ts$|/testing/)' },
      to: { path: '^src/(?!fleet|survival|tools/journal/|base)' },
    },
    {
      name: 'only-the-service-is-in-a-fleet',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(fleet|service|http|cli)/' },
      to: { path: '^src/fleet/' },
    },
    {
      name: 'only-operators-read-the-history',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(history|http|service|main)' },
      to: { path: '^src/history/' },
    },
    {
      name: 'only-commands-make-reports',
      severity: 'error',
      // The history shows an ended call as a report does.
      from: { path: '^src/', pathNot: '^src/(recordings/report|cli|history|rehearsal)/' },
      // The dashboard shows a turn of a live call just as a report does.
      to: { path: '^src/recordings/report/', pathNot: '^src/recordings/report/turn-picture\\.ts$' },
    },
    {
      name: 'alerts-watch-calls-and-metrics',
      severity: 'error',
      from: { path: '^src/alerts', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/(?!alerts|ops|ear/(?:ear-report|turn-waits)|timeline|call|base)' },
    },
    {
      name: 'no-tests-in-the-service',
      severity: 'error',
      from: { path: '^src', pathNot: '\\.test\\.ts$' },
      to: { path: '\\.test\\.ts$|^test/' },
    },
    {
      name: 'doubles-stay-with-the-tests',
      severity: 'error',
      // What lies in a testing/ folder is not built.
      from: { path: '^src', pathNot: '\\.test\\.ts$|/testing/' },
      to: { path: '^src/.*/testing/' },
    },
    {
      name: 'the-service-runs-without-dev-dependencies',
      severity: 'error',
      // Whoever imports parley/langgraph has LangChain: an optional peer, which only the tests install.
      from: { path: '^src', pathNot: '\\.test\\.ts$|/testing/|^src/langgraph\\.ts$' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'the-tools-for-langgraph-stand-alone',
      severity: 'error',
      // They ask a service that runs; and nothing of the service loads LangChain.
      from: { path: '^src/langgraph\\.ts$' },
      to: { path: '^src/' },
    },
    {
      name: 'only-the-tools-for-langgraph-know-langchain',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/langgraph\\.ts$' },
      to: { path: '@langchain/|^src/langgraph\\.ts$' },
    },
    { name: 'every-import-resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    // Packages are entered by their "exports", as Node does.
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
