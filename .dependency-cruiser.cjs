/** The import rules of the house: base and audio at the bottom, main and cli at the top. */
const rooms = 'asr|tts|llm|telephony';
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
      name: 'rooms-know-nothing-of-each-other',
      severity: 'error',
      // The stand-ins have a rule of their own below: tests may use them.
      from: { path: `^src/(${rooms})/` },
      to: { path: '^src/', pathNot: '^src/($1|audio|base|yandex|simulator|phone)/' },
    },
    {
      name: 'only-speech-knows-the-yandex-account',
      severity: 'error',
      from: { path: '^src/(llm|telephony|call)/' },
      to: { path: '^src/yandex/' },
    },
    {
      name: 'yandex-account-knows-only-base',
      severity: 'error',
      from: { path: '^src/yandex', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/(?!yandex|base)' },
    },
    {
      name: 'a-call-knows-interfaces-not-providers',
      severity: 'error',
      from: { path: '^src/call/', pathNot: '\\.test\\.ts$' },
      to: {
        path: '^src/(asr|tts|llm|telephony)/(?!end-of-turn/)[^/]+/|^src/(ops|cli|service|simulator|main)',
      },
    },
    {
      name: 'a-recording-knows-interfaces-not-providers',
      severity: 'error',
      from: { path: '^src/(recording|replay)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/(asr|tts|llm|telephony)/[^/]+/|^src/(ops|cli|service|simulator|main)' },
    },
    {
      name: 'only-ari-knows-ari-client',
      severity: 'error',
      from: { pathNot: '^src/telephony/asterisk/ari(\\.ts|-client\\.test\\.ts)$' },
      to: { path: 'node_modules/ari-client' },
    },
    {
      name: 'nobody-calls-ops-to-do-work',
      severity: 'error',
      from: { path: `^src/(base|audio|call|${rooms}|phone|simulator)/` },
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
      from: { path: '^src/[^/]+/', pathNot: '^src/(http|service)/' },
      to: { path: '^src/http/' },
    },
    {
      name: 'the-service-does-not-know-its-stand-ins',
      severity: 'error',
      // dial/ calls a bot from outside, with the phone: it is one more of them.
      from: { path: '^src/', pathNot: '^src/(simulator|phone|dial|local-asterisk|cli)/|\\.test\\.ts$' },
      to: { path: '^src/(simulator|phone|dial|local-asterisk)/' },
    },
    {
      name: 'who-dials-knows-only-the-phone',
      severity: 'error',
      from: { path: '^src/dial/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/(?!dial|phone|audio|base)' },
    },
    {
      name: 'a-local-asterisk-knows-only-base',
      severity: 'error',
      from: { path: '^src/local-asterisk' },
      to: { path: '^src/(?!local-asterisk|base)' },
    },
    {
      name: 'a-report-knows-calls-and-recordings',
      severity: 'error',
      from: { path: '^src/report', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/(?!report|recording|replay|call|audio|base)' },
    },
    {
      name: 'only-commands-make-reports',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(report|cli)/' },
      // The dashboard shows a turn of a live call just as a report does.
      to: { path: '^src/report/', pathNot: '^src/report/turn-picture\\.ts$' },
    },
    {
      name: 'alerts-watch-calls-and-metrics',
      severity: 'error',
      from: { path: '^src/alerts', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/(?!alerts|ops|call|base)' },
    },
    {
      name: 'no-tests-in-the-service',
      severity: 'error',
      from: { path: '^src', pathNot: '\\.test\\.ts$' },
      to: { path: '\\.test\\.ts$|^test/' },
    },
    {
      name: 'the-service-runs-without-dev-dependencies',
      severity: 'error',
      from: { path: '^src', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
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
