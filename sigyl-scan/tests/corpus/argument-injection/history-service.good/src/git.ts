import { simpleGit, type SimpleGit } from "simple-git";

const open = new Map<string, SimpleGit>();

export function gitFor(repository: string): SimpleGit {
  let git = open.get(repository);
  if (!git) {
    git = simpleGit({ baseDir: repository, maxConcurrentProcesses: 4 });
    open.set(repository, git);
  }
  return git;
}
