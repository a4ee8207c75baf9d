package dev.ssoportal.store;

import java.io.Serializable;
import java.util.function.UnaryOperator;

/**
 * A change of a record that is made where the record is: one trip there and back, whoever else wants to change it. It travels, so it is a
 * record of values that do; and it may be made twice when the owner dies while it answers, so it writes down whose it is.
 */
public interface OwnerStep<V> extends UnaryOperator<V>, Serializable {}
