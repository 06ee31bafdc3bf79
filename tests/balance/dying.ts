/** Balances the house of that folder, and dies by SIGKILL at the moment it is told: `node dying.ts <folder> <moment>`. */
import { openDatabase } from '#server/db/open.ts';
import { openBalanceHouse } from './balance-house.ts';
import { askOf } from './whole.ts';

const [folder = '', moment = ''] = process.argv.slice(2);
const house = openBalanceHouse((clock) => openDatabase(folder, clock));
askOf(house);
const die = () => process.kill(process.pid, 'SIGKILL');

if (moment === 'plan') {
  const { plan } = house;
  house.plan = (...given) => {
    const made = plan(...given);
    die();
    return made;
  };
} else {
  house.db.sqlite.function('morir', () => Number(die()));
  house.db.sqlite.exec(`CREATE TEMP TRIGGER dying AFTER ${moment} BEGIN SELECT morir(); END`);
}
await house.balance();
