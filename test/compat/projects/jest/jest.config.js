module.exports = {
  transformIgnorePatterns: ["/node_modules/(?!labelmap/)"],
};
