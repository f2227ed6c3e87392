// Chopsticks reads its log level when it is loaded and would tell of each block on standard output,
// where only our own line belongs. So this module is imported before it.
process.env.LOG_LEVEL ??= 'error'
