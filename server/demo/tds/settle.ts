import Database from 'better-sqlite3';

/**
 * Makes the file what a SQL Server could have stored: where idRecurso has no type of its own it is one of
 * decimals, and the texts of the sample («90001.0») become numbers. Safe to call again.
 */
export const settle = (file: string): void => {
  const db = new Database(file, { fileMustExist: true, timeout: 5000 });
  try {
    const id = db.prepare("SELECT type FROM pragma_table_info('RecursosExp') WHERE name = 'idRecurso'").pluck().get();
    if (id === '') db.exec("UPDATE RecursosExp SET idRecurso = CAST(idRecurso AS NUMERIC) WHERE typeof(idRecurso) = 'text'");
  } finally {
    db.close();
  }
};
