/**
 * The events of an equipo (`events.kind` where entity = 'equipo') that come from here; `data` = { programacion }.
 * `balance_withheld`: a programación took it, and it was lent by the balancer until then. `balance_restored`: it is no longer in any.
 * What stands last of the two, and of what a person decided (`balance_decided`), says whether it was us who took it away: what an
 * operator switched off stays off.
 */
export const equipoEventKinds = ['balance_withheld', 'balance_restored'] as const;
