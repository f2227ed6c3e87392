// Which of a client's methods were called: so that a test can say "every call that it offers".

export function watch(prototype, { except = [] } = {}) {
  const offered = Object.entries(Object.getOwnPropertyDescriptors(prototype))
    .filter(([name, { value }]) => typeof value === "function" && !/^_|^(constructor|init|log)$/.test(name))
    .map(([name]) => name)
    .filter((name) => !except.includes(name));
  const called = new Set();
  for (const name of offered) {
    const method = prototype[name];
    prototype[name] = function (...given) {
      called.add(name);
      return method.apply(this, given);
    };
  }
  return { missing: () => offered.filter((name) => !called.has(name)), called: () => [...called].sort() };
}
