"""One policy for lists, sync, files, exports and push texts. It knows no entity by name: features bring their scope rules."""
