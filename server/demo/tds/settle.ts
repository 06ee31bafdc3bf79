import Database from 'better-sqlite3';

/**
 * Makes the file what a SQL Server could have stored: its column of decimals turns the texts of the sample («90001.0») into
 * numbers. Safe to call again.
 */
export const settle = (file: string): void => {
  const db = new Database(file, { fileMustExist: true, timeout: 5000 });
  try {
    db.exec("UPDATE RecursosExp SET idRecurso = CAST(idRecurso AS NUMERIC) WHERE typeof(idRecurso) = 'text'");
  } finally {
    db.close();
  }
};
