import { ensurePythonPackages } from "../../scripts/setup/python.ts";

/** Programs to compare with, by the first part of a peer's name, and the packages that each needs. */
const packages: Readonly<Record<string, readonly string[]>> = {
  optuna: ["optuna==5.*", "cmaes"],
  smac: ["smac==2.*"],
  // HEBO asks for NumPy below 1.25: without these pins pip searches for many minutes for what goes with it.
  hebo: [
    "HEBO==0.3.6",
    ...["numpy==1.24.*", "pandas==2.2.*", "scipy<1.13", "scikit-learn==1.5.*", "matplotlib<3.10"],
    ...["torch==2.13.*", "gpytorch==1.13", "GPy==1.13.*", "catboost==1.2.*"],
  ],
  dehb: ["dehb==0.1.*"],
  hpbandster: ["hpbandster==0.7.*"],
};

/** What this machine's Python needs for the problems, whatever the peer. */
const common = ["numpy", "onnxruntime"];

/** Only Optuna's Gaussian process uses PyTorch, which is large: it has an environment of its own. */
const torch = new Set(["optuna-gp"]);

export const peers = [
  "optuna-random",
  "optuna-tpe",
  "optuna-gp",
  "optuna-cmaes",
  "optuna-hyperband",
  "smac-hpo",
  "smac-multifidelity",
  "hebo",
  "dehb-original",
  "hpbandster-bohb",
] as const;

/** Peers that spend budgets of several sizes: they need a total budget. */
export const multiFidelityPeers: ReadonlySet<string> = new Set([
  "optuna-hyperband",
  "smac-multifidelity",
  "dehb-original",
  "hpbandster-bohb",
]);

/**
 * A Python that can run a peer.
 * @throws {SetupError} where it cannot be installed
 */
export function ensurePeer(peer: string, onInstall: () => void): Promise<string> {
  const program = peer.split("-")[0]!;
  const needs = [...(packages[program] ?? []), ...(torch.has(peer) ? ["torch", "scipy"] : []), ...common];
  return ensurePythonPackages(`bench-${torch.has(peer) ? peer : program}`, needs, onInstall);
}
