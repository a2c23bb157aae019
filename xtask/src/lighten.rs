//! Takes code out of the wasm that nothing can reach but no compiler dares to drop.
//! Must not know the screens; it goes by the names the linker left.

use walrus::Module;

/// Leptos keeps, for every kind of view, a pointer to the code that takes it over step by step. Only an application
/// started by `hydrate_lazy` follows those pointers. No other name is safe to go by: the compiler merges functions that
/// are equal, and what is named after stepwise hydration may then serve others too. These make and poll a boxed future
/// of their own type, which nothing else does.
const STEPWISE: &str = "::into_any::hydrate_async";
/// The one way into that code.
const STEPWISE_START: &str = "hydrate_from_async";

/// Empties the code for stepwise hydration where the application does not start that way, and answers how many functions
/// that were. What only they used goes with them.
pub fn stepwise_hydration(module: &mut Module) -> usize {
    let named = |name: Option<&String>, part: &str| name.is_some_and(|name| name.contains(part));
    if module.funcs.iter().any(|function| named(function.name.as_ref(), STEPWISE_START)) {
        return 0;
    }
    let unreached: Vec<_> = module
        .funcs
        .iter_local()
        .map(|(id, _)| id)
        .filter(|id| named(module.funcs.get(*id).name.as_ref(), STEPWISE))
        .collect();
    for id in &unreached {
        let mut body = module.funcs.get_mut(*id).kind.unwrap_local_mut().builder_mut().func_body();
        body.instrs_mut().clear();
        // Were it called all the same, it would say so and not answer nonsense.
        body.unreachable();
    }
    walrus::passes::gc::run(module);
    unreached.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use walrus::{FunctionBuilder, ModuleConfig};

    /// A module of functions that each answer a number, all of them exported.
    fn module(names: &[&str]) -> Module {
        let mut module = Module::with_config(ModuleConfig::new());
        for (index, name) in names.iter().enumerate() {
            let mut builder = FunctionBuilder::new(&mut module.types, &[], &[walrus::ValType::I32]);
            builder.name((*name).to_owned()).func_body().i32_const(7);
            let id = builder.finish(Vec::new(), &mut module.funcs);
            module.exports.add(&index.to_string(), id);
        }
        module
    }

    #[test]
    fn only_stepwise_code_is_emptied() {
        let mut module = module(&[
            "a::into_any::hydrate",
            "a::into_any::hydrate_async",
            "a::into_any::hydrate_async::{{closure}}",
            "b::hydrate_async",
        ]);
        let before = module.emit_wasm().len();
        assert_eq!(stepwise_hydration(&mut module), 2);
        assert!(module.emit_wasm().len() < before);
        let sizes: Vec<_> =
            module.funcs.iter_local().map(|(_, function)| function.size()).collect();
        assert_eq!(sizes.len(), 4);
    }

    #[test]
    fn an_application_that_starts_stepwise_keeps_it() {
        let mut module =
            module(&["leptos::mount::hydrate_from_async", "a::into_any::hydrate_async"]);
        assert_eq!(stepwise_hydration(&mut module), 0);
    }
}
