/** Stylesheets are imported for their effect: the bundler writes one file of them beside each script. */
declare module "*.css";
